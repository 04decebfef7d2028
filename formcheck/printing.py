"""A page as PDF, by a browser that is there (Chromium, Chrome, Edge), or else by WeasyPrint where it is installed."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from formcheck.errors import OutputError

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
PATIENCE_S = 120.0


def find_browser() -> str | None:
    """A browser that can print, on the path or where systems put it."""
    found = (shutil.which(name) for name in BROWSERS)
    return next((path for path in (*found, *(p for p in PLACES if Path(p).is_file())) if path), None)


def write_pdf(page: str, path: Path) -> None:
    """Print a page of HTML into a PDF; OutputError when there is nothing to print with, or it cannot be written."""
    browser = find_browser()
    with tempfile.TemporaryDirectory() as folder:
        html, pdf = Path(folder) / "page.html", Path(folder) / "page.pdf"
        html.write_text(page, encoding="utf-8")
        if browser:
            _by_browser(browser, html, pdf, Path(folder) / "profile")
        if not pdf.is_file() and not _by_weasyprint(page, pdf):
            raise OutputError.about(
                path,
                en="no browser to print with; install Chromium, Chrome or Edge, or: pip install 'formcheck[pdf]'",
                ja="印刷に使うブラウザがありません。Chrome、Edgeを入れるか、pip install 'formcheck[pdf]' を実行して"
                "ください",
            )
        try:
            path.write_bytes(pdf.read_bytes())
        except OSError as error:
            raise OutputError.refused(path, error) from error


def _by_browser(browser: str, html: Path, pdf: Path, profile: Path) -> None:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    command = [
        browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        f"--user-data-dir={profile}", *(["--no-sandbox"] if root else []), "--no-pdf-header-footer",
        f"--print-to-pdf={pdf}", html.as_uri(),
    ]  # fmt: skip
    try:
        subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return


def _by_weasyprint(page: str, pdf: Path) -> bool:
    try:
        from weasyprint import HTML
    except (ImportError, OSError):  # its own libraries may be missing
        return False
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of every rule that is for screens only
    HTML(string=page).write_pdf(pdf)
    return True
