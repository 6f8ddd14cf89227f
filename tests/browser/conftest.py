"""The site as `make run` serves it, with a small demonstration, and a browser."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what uses the one site in one process; spread everything else."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: in CI the browser tests must run.")
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@contextmanager
def served(*, states: int, cycles: int) -> Iterator[tuple[str, Path]]:
    """Address of a site of its own, with its own database, and where its data are."""
    # Not pytest's own folder: it closes that to the account of the database server.
    var = Path(tempfile.mkdtemp(prefix="suivi-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
        "EVALUATION": "1",
        "VAR_DIR": str(var),
        "PORT": str(port),
        "FREE_DISK_FLOOR": "0",
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    demonstration = ["load_demo", f"--states={states}", f"--cycles={cycles}"]
    for arguments in (["migrate", "-v0"], demonstration):
        subprocess.run([*manage, *arguments], env=environment, check=True, cwd=ROOT)  # noqa: S603
    server = subprocess.Popen([*manage, "run"], env=environment, cwd=ROOT)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", server)
        yield address, var
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="session")
def site_and_var(browser: Browser) -> Iterator[tuple[str, Path]]:
    with served(states=12, cycles=2) as found:
        yield found


@pytest.fixture(scope="session")
def site(site_and_var: tuple[str, Path]) -> str:
    """Address of a site of its own: own database, own port, 12 States, 2 cycles."""
    return site_and_var[0]


@pytest.fixture(scope="session")
def mail(site_and_var: tuple[str, Path]) -> Path:
    """Where mails are files."""
    return site_and_var[1] / "mail"


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        assert server.poll() is None, "the site stopped while starting"
        try:
            urllib.request.urlopen(address)  # noqa: S310 - our own address
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the site did not start")


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page as someone new; what the console complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str = "/fr/", **options: object) -> Page:
        context = browser.new_context(**{"base_url": site, **options})  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}")
                if message.type == "error"
                # What the page answers for: not a refusal, not a cut network.
                and "status of 4" not in message.text
                and "status of 503" not in message.text
                and "net::ERR_" not in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
