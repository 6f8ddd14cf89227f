"""Pictures: decoded within limits, and written anew without what they tell."""

from typing import BinaryIO

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin

from tracking.files.kinds import PIXELS, Refused

# Named to the decoder, so that it tries no other. MPO is what telephones write:
# a JPEG with further pictures behind it.
FORMATS = {"jpg": ("JPEG", "MPO"), "png": ("PNG",)}
JPEG_MODES = ("L", "RGB")
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
QUALITY = 90

assert JpegImagePlugin, PngImagePlugin  # noqa: S101 - imported to be registered
Image.MAX_IMAGE_PIXELS = None  # judged here, before anything is decoded
PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024


def rewrite_image(file: BinaryIO, extension: str, output: BinaryIO) -> None:
    """Write the first picture of a file to `output`, turned as it is to be seen.

    Raises Refused, or whatever the decoder raises.
    """
    with Image.open(file, formats=("JPEG", "PNG")) as image:
        if image.format not in FORMATS[extension]:
            raise Refused("content")
        if image.width * image.height > PIXELS:
            raise Refused("pixels")
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        transparency = image.info.get("transparency")
        # Comments, places, profiles, thumbnails: everything else stays behind.
        image.info.clear()
        if extension == "jpg":
            _as(image, JPEG_MODES).save(output, "JPEG", quality=QUALITY)
        else:
            options = {} if transparency is None else {"transparency": transparency}
            _as(image, PNG_MODES).save(output, "PNG", compress_level=4, **options)


def _as(image: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    return image if image.mode in modes else image.convert("RGB")
