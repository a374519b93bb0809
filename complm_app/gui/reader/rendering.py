"""Pictures of pages, made in another thread.

QPdfView is not used: a picture that it had asked for before a change of the zoom, and gets after
it, it takes for the new one and shows it blurred for good (Qt 6.12). It also goes white at every
step of the zoom, and tells nobody where its pages are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions, QPdfPageRenderer

KEPT_BYTES = 256 * 1024 * 1024
MOST_PIXELS = 40_000_000


class RenderedPages(QObject):
    """Keeps the pictures that were used last; `changed` when there is a new one."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._images: OrderedDict[int, tuple[QSize, QImage]] = OrderedDict()
        self._requested: tuple[int, QSize] | None = None
        self._request = 0
        self._nothing = QPdfDocument(self)
        self._options = QPdfDocumentRenderOptions()
        self._options.setRenderFlags(QPdfDocumentRenderOptions.RenderFlag.Annotations)
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.pageRendered.connect(self._keep)

    def set_document(self, document: QPdfDocument | None) -> None:
        self._images.clear()
        self._requested = None
        self._renderer.setDocument(document or self._nothing)

    def image(self, page: int) -> QImage | None:
        """The latest picture, which may have been made for another size."""
        if page not in self._images:
            return None
        self._images.move_to_end(page)
        return self._images[page][1]

    def want(self, pages: Iterable[tuple[int, QSize]]) -> None:
        """Renders the first of them that there is no picture of in that size, in pixels.

        One at a time, so that what has been scrolled away meanwhile is not waited for.
        """
        if self._requested is not None:
            return
        for page, wanted in pages:
            size = _limited(wanted)
            if page not in self._images or self._images[page][0] != size:
                self._requested = (page, size)
                self._request = self._renderer.requestPage(page, size, self._options)
                return

    def _keep(
        self,
        page: int,
        size: QSize,
        image: QImage,
        _options: QPdfDocumentRenderOptions,
        request: int,
    ) -> None:
        if self._requested is None or request != self._request:
            return
        self._requested = None
        self._images[page] = (size, image)
        self._images.move_to_end(page)
        self._forget_oldest()
        self.changed.emit()

    def _forget_oldest(self) -> None:
        kept = sum(image.sizeInBytes() for _, image in self._images.values())
        while kept > KEPT_BYTES and len(self._images) > 1:
            _, (_, image) = self._images.popitem(last=False)
            kept -= image.sizeInBytes()


def _limited(size: QSize) -> QSize:
    """A picture that is not larger than memory allows; it is drawn stretched."""
    pixels = size.width() * size.height()
    if pixels <= MOST_PIXELS:
        return size
    share = (MOST_PIXELS / pixels) ** 0.5
    return QSize(round(size.width() * share), round(size.height() * share))
