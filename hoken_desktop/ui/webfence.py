"""The fence round the web engine: pages come from memory, and nothing else can be reached.

Four fences stand one behind another, because each alone has a known hole: the document's content
security policy, the request interceptor (which does not see `<link rel=preconnect>`), a dead proxy
and a resolver that knows no name, and an unnamed profile that never writes to disk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import shiboken6
from PySide6.QtCore import QBuffer, QCoreApplication, QFile, QIODevice, QObject, Qt, QUrl, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

SCHEME = "hokenmap"

_MIME = {
    "html": b"text/html;charset=utf-8",
    "js": b"text/javascript;charset=utf-8",
    "css": b"text/css;charset=utf-8",
    "json": b"application/json;charset=utf-8",
}

_FLAGS = (
    # Anything that slips past the interceptor meets a port where nobody listens, loopback included.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    '--host-resolver-rules="MAP * ~NOTFOUND"',
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-remote-fonts",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,OptimizationHints,NetworkTimeServiceQuerying",
    # Keeps what the process had drawn out of a crash dump's reach and the page out of GPU disk caches.
    "--disable-gpu-shader-disk-cache",
    # Its own messages are for its makers; they would stand among the words for people.
    "--log-level=3",
)


def register_scheme() -> None:
    """Announce the map's scheme and close the engine's own doors; once, before QApplication is made.

    Debugging doors and Chromium switches from the environment are dropped. Chromium refuses to start
    as root inside its sandbox, so a root user on Linux (a build machine, a container) runs without
    it; a frozen program and Windows never do.
    """
    if bytes(QWebEngineUrlScheme.schemeByName(SCHEME.encode()).name().data()):
        return
    for name in ("QTWEBENGINE_REMOTE_DEBUGGING", "QTWEBENGINE_INSPECTOR_SERVER", "QTWEBENGINE_DISABLE_SANDBOX"):
        os.environ.pop(name, None)
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(_FLAGS)
    if sys.platform.startswith("linux") and not getattr(sys, "frozen", False) and os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(
        QWebEngineUrlScheme.Flag.SecureScheme
        | QWebEngineUrlScheme.Flag.CorsEnabled
        | QWebEngineUrlScheme.Flag.FetchApiAllowed
    )
    QWebEngineUrlScheme.registerScheme(scheme)
    if QCoreApplication.instance() is None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


def page_url(host: str, query: str = "") -> QUrl:
    """The address of the document served under `host`."""
    return QUrl(f"{SCHEME}://{host}/index.html{query}")


class Shelf(QWebEngineUrlSchemeHandler):
    """Serves files from memory: `documents[host][path]`."""

    def __init__(self) -> None:
        super().__init__()
        self.documents: dict[str, dict[str, bytes]] = {}
        source = QFile(":/qtwebchannel/qwebchannel.js")
        source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._channel_script = bytes(source.readAll().data())

    def put(self, host: str, files: Mapping[str, bytes]) -> None:
        """Serve `files` under `host`, in place of what stood there."""
        self.documents[host] = {**files, "qwebchannel.js": self._channel_script}

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        path = url.path().lstrip("/")
        content = self.documents.get(url.host(), {}).get(path)
        if content is None or bytes(job.requestMethod().data()) != b"GET":
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        buffer = QBuffer(job)  # the job is its parent, or Python frees it before Chromium has read it
        buffer.setData(content)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(_MIME.get(path.rpartition(".")[2], b"application/octet-stream"), buffer)


class Gate(QWebEngineUrlRequestInterceptor):
    """Lets through the map's own scheme and inline pictures; `blocked` says what it stopped (scheme and host)."""

    def __init__(self) -> None:
        super().__init__()
        self.blocked: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if url.scheme() not in (SCHEME, "data"):
            self.blocked.append(f"{url.scheme()}://{url.host()}")
            info.block(True)


class Bridge(QObject):
    """The one object the page can call. It takes a word from the page and gives nothing back."""

    def __init__(
        self,
        on_drawn: Callable[[int], None],
        on_clicked: Callable[[str], None] | None = None,
        on_opened: Callable[[str], None] | None = None,
        on_pointed: Callable[[float, float], None] | None = None,
    ) -> None:
        super().__init__()
        self._on_drawn = on_drawn
        self._on_clicked = on_clicked
        self._on_opened = on_opened
        self._on_pointed = on_pointed

    @Slot(int)
    def drawn(self, markers: int) -> None:
        """The page has drawn so many people; -1: it could not."""
        self._on_drawn(markers)

    @Slot(str)
    def clicked(self, marker: str) -> None:
        """A mark was clicked; empty: the ground."""
        if self._on_clicked:
            self._on_clicked(marker)

    @Slot(str)
    def opened(self, marker: str) -> None:
        """A mark was double-clicked, or Enter pressed on it."""
        if self._on_opened:
            self._on_opened(marker)

    @Slot(float, float)
    def pointed(self, lat: float, lon: float) -> None:
        """The ground was clicked while a position was asked for."""
        if self._on_pointed:
            self._on_pointed(lat, lon)


class FencedPage(QWebEnginePage):
    """A page that goes nowhere, asks nothing, opens nothing. `console` keeps its last messages in memory."""

    def __init__(self, profile: QWebEngineProfile, bridge: Bridge | None) -> None:
        super().__init__(profile)
        self._goal = ""
        self.console: list[tuple[str, str]] = []
        if bridge is not None:
            channel = QWebChannel(self)
            channel.registerObject("map", bridge)
            self.setWebChannel(channel)
        self.permissionRequested.connect(lambda permission: permission.deny())
        self.fullScreenRequested.connect(lambda request: request.reject())
        self.registerProtocolHandlerRequested.connect(lambda request: request.reject())
        self.fileSystemAccessRequested.connect(lambda request: request.reject())
        self.certificateError.connect(lambda error: error.rejectCertificate())

    def go(self, url: QUrl) -> None:
        """Load the one address this page may show."""
        self._goal = url.toString()
        self.load(url)

    def errors(self) -> list[str]:
        """The console's errors."""
        return [text for level, text in self.console if level == "ErrorMessageLevel"]

    def acceptNavigationRequest(
        self, url: QUrl | str, type: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        return is_main_frame and QUrl(url).toString() == self._goal

    def createWindow(self, type: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        return None  # type: ignore[return-value]  # Qt's own way of refusing a new window

    def chooseFiles(self, mode: QWebEnginePage.FileSelectionMode, old_files: Any, accepted_types: Any) -> list[str]:
        return []

    def javaScriptAlert(self, origin: QUrl | str, msg: str) -> None:
        return

    def javaScriptConfirm(self, origin: QUrl | str, msg: str) -> bool:
        return False

    def javaScriptPrompt(self, origin: QUrl | str, msg: str, default: str) -> Any:
        return False, ""

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        self.console.append((level.name, message))
        del self.console[:-50]


class Enclosure:
    """The unnamed profile with its shelf and gate; everything a page needs, and what is torn down at lock."""

    def __init__(self) -> None:
        register_scheme()
        self.shelf = Shelf()
        self.gate = Gate()
        self.profile = QWebEngineProfile()  # no name: off the record, nothing on disk
        self.profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
        self.profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
        self.profile.setSpellCheckEnabled(False)
        self.profile.installUrlSchemeHandler(SCHEME.encode(), self.shelf)
        self.profile.setUrlRequestInterceptor(self.gate)
        self.profile.downloadRequested.connect(_refuse_download)
        settings = self.profile.settings()
        attribute = QWebEngineSettings.WebAttribute
        for off in (
            attribute.LocalContentCanAccessRemoteUrls,
            attribute.LocalContentCanAccessFileUrls,
            attribute.LocalStorageEnabled,
            attribute.JavascriptCanOpenWindows,
            attribute.JavascriptCanAccessClipboard,
            attribute.JavascriptCanPaste,
            attribute.AllowWindowActivationFromJavaScript,
            attribute.AllowRunningInsecureContent,
            attribute.AllowGeolocationOnInsecureOrigins,
            attribute.HyperlinkAuditingEnabled,
            attribute.PluginsEnabled,
            attribute.PdfViewerEnabled,
            attribute.FullScreenSupportEnabled,
            attribute.ScreenCaptureEnabled,
            attribute.WebGLEnabled,
            attribute.DnsPrefetchEnabled,
            attribute.AutoLoadIconsForPage,
            attribute.NavigateOnDropEnabled,
            attribute.ErrorPageEnabled,
            attribute.FocusOnNavigationEnabled,
        ):
            settings.setAttribute(off, False)
        settings.setAttribute(attribute.WebRTCPublicInterfacesOnly, True)
        settings.setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes)

    def close(self) -> None:
        """Forget every document and end the profile. All its pages must be gone before."""
        self.shelf.documents.clear()
        if shiboken6.isValid(self.profile):
            self.profile.removeAllUrlSchemeHandlers()
            shiboken6.delete(self.profile)


def end(thing: QObject) -> None:
    """Destroy a page or a view now, not at some later turn of the event loop."""
    if shiboken6.isValid(thing):
        shiboken6.delete(thing)


def _refuse_download(request: QWebEngineDownloadRequest) -> None:
    request.cancel()
