"""Pictures: decoded within limits, and written anew without what they tell."""

from typing import BinaryIO

from PIL import Image, PngImagePlugin

from tracking.files.kinds import PIXELS, Refused

# Named to the decoder, so that it tries no other. MPO is what telephones write:
# a JPEG with further pictures behind it.
FORMATS = {"jpg": ("JPEG", "MPO"), "png": ("PNG",)}
JPEG_MODES = ("L", "RGB")
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
QUALITY = 90
ORIENTATION = 0x0112
# Source: Exif 3.0, Orientation.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

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
        options: dict[str, object] = {}
        if extension == "png":
            options = {"compress_level": 4}
            if "transparency" in image.info:
                options["transparency"] = image.info["transparency"]
        turn = TURNS.get(_orientation(image))
        picture = image if turn is None else image.transpose(turn)
    # Comments, places, profiles, thumbnails: everything else stays behind.
    picture.info.clear()
    if extension == "jpg":
        _as(picture, JPEG_MODES).save(output, "JPEG", quality=QUALITY)
    else:
        _as(picture, PNG_MODES).save(output, "PNG", **options)


def _orientation(image: Image.Image) -> int:
    """How the picture is to be turned; not at all where its notes are damaged."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # as many kinds as there are damages
        return 1


def _as(image: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    return image if image.mode in modes else image.convert("RGB")
