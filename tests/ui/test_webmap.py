"""The map in the real web engine: what is seen, what is clicked, what is printed, what cannot get out."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hoken_desktop.adapters import leaflet
from hoken_desktop.adapters.leaflet import MapDocument, Marker
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.ui import map_printing, webfence
from hoken_desktop.ui.map_printing import print_map
from hoken_desktop.ui.webmap import WebMap, register_scheme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
register_scheme()  # must come before the first QApplication of the run

HOSTILE = (
    "${window.__xss=1}",
    "`+(window.__xss=1)+`",
    "</script><script>window.__xss=1</script>",
    "\\2019",
    "<img src=x onerror=window.__xss=1>",
    "'\"><svg onload=window.__xss=1>",
    "{{7*7}}",
)
AREA = {
    "type": "Feature",
    "properties": {"name": "見本市", "code": "99998"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[139.41, 35.92], [139.66, 35.92], [139.66, 36.15], [139.41, 36.15], [139.41, 35.92]]],
    },
}
BACKGROUND = {"areas": {"type": "FeatureCollection", "features": [AREA]}, "labels": []}
THREE = (
    Marker("v-1", 36.00, 139.45, "ventilator", label="架空太郎", kana="かくう たろう", number="0101", sublabel="中央"),
    Marker("o-1", 36.08, 139.60, "oxygen", label="見本花子", kana="みほん はなこ", number="0102", level="oaza"),
    Marker("b-1", 35.95, 139.58, "both", label="試験一郎", kana="しけん いちろう", number="0103", level="chome"),
)


@pytest.fixture
def webmap(qtbot: QtBot) -> Iterator[WebMap]:
    widget = WebMap()
    widget.resize(830, 560)
    qtbot.addWidget(widget)
    widget.show()
    yield widget
    widget.dispose()


def show(qtbot: QtBot, widget: WebMap, document: MapDocument) -> None:
    with qtbot.waitSignal(widget.drawn, timeout=30000):
        widget.show_document(leaflet.build(document))


def ask(qtbot: QtBot, widget: WebMap, script: str) -> object:
    """What the page answers to `script` (JSON)."""
    answers: list[str] = []
    assert widget._page is not None
    widget._page.runJavaScript(f"JSON.stringify({script})", answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10000)
    return json.loads(answers[0]) if answers[0] else None


def colours(widget: WebMap) -> dict[str, int]:
    picture = widget.grab().toImage()
    counts: dict[str, int] = {}
    for x in range(picture.width()):
        for y in range(picture.height()):
            name = QColor(picture.pixel(x, y)).name().upper()
            counts[name] = counts.get(name, 0) + 1
    return counts


def clean(widget: WebMap) -> None:
    assert widget._page is not None
    assert widget._enclosure is not None
    assert widget._page.errors() == []
    assert widget._enclosure.gate.blocked == []


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(BytesIO(pdf))
    return unicodedata.normalize("NFKC", "".join(page.get_textpage().get_text_bounded() for page in pages))


def test_the_page_paints_each_device_in_its_colour(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, {**BACKGROUND, "note": "境界は概形です"}, source="見本の出典"))
    filled = {"#2A4A9C": 100, "#17733F": 40, "#83358F": 40}
    seen: dict[str, int] = {}

    def painted() -> bool:
        seen.clear()
        seen.update(colours(webmap))
        return all(seen.get(colour, 0) >= least for colour, least in filled.items())

    qtbot.waitUntil(painted, timeout=10000)
    words = str(ask(qtbot, webmap, "document.body.innerText"))
    for wanted in (
        "凡例",
        "人工呼吸器",
        "両方(人工呼吸器に数える)",
        "酸素療法",
        "見本市",
        "出典: 見本の出典",
        "境界は概形です",
        "km",
    ):
        assert wanted in words
    assert "架空太郎" not in words
    clean(webmap)


def test_a_click_with_a_real_mouse_reaches_the_program(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    x, y, count = json.loads(str(ask(qtbot, webmap, "registryMap.where('o-1')")))
    assert count == 1
    assert webmap._view is not None
    with qtbot.waitSignal(webmap.marker_clicked, timeout=10000) as clicked:
        QTest.mouseClick(webmap._view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert clicked.args == ["o-1"]
    with qtbot.waitSignal(webmap.ground_clicked, timeout=10000):
        QTest.mouseClick(webmap._view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(round(x) - 100, round(y)))
    webmap.ask_point(True)
    # a mouse event may overtake a script on its way to the page
    asking = "document.getElementById('map_registry').classList.contains('asking')"
    qtbot.waitUntil(lambda: ask(qtbot, webmap, asking) is True, timeout=10000)
    with qtbot.waitSignal(webmap.point_chosen, timeout=10000) as point:
        QTest.mouseClick(webmap._view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(round(x) - 100, round(y)))
    assert point.args[0] == pytest.approx(36.08, abs=0.01)
    assert point.args[1] < 139.60
    clean(webmap)


def test_people_at_one_address_can_each_be_reached(qtbot: QtBot, webmap: WebMap) -> None:
    same = tuple(Marker(f"s-{n}", 36.03, 139.5, "oxygen", number=f"02{n}") for n in range(3))
    show(qtbot, webmap, MapDocument((*THREE, *same), BACKGROUND))
    webmap.select("s-1")
    qtbot.waitUntil(lambda: json.loads(str(ask(qtbot, webmap, "registryMap.where('s-1')")))[2] == 1, timeout=10000)
    spots = {tuple(json.loads(str(ask(qtbot, webmap, f"registryMap.where('s-{n}')")))[:2]) for n in range(3)}
    assert len(spots) == 3
    for x, y in spots:
        with qtbot.waitSignal(webmap.marker_clicked, timeout=10000) as clicked:
            QTest.mouseClick(webmap._view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
        assert str(clicked.args[0]).startswith("s-")
    clean(webmap)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is_and_runs_nothing(qtbot: QtBot, webmap: WebMap, text: str) -> None:
    marker = Marker("h-1", 36.0, 139.5, "both", label=text, kana=text, sublabel=text, number="0104", level="chome")
    background = {
        "areas": {"type": "FeatureCollection", "features": [{**AREA, "properties": {"name": text}}]},
        "labels": [{"name": text, "lat": 36.0, "lon": 139.5}],
    }
    show(qtbot, webmap, MapDocument((marker,), background, title=text, source=text, show_names=True))
    webmap.select("h-1")
    qtbot.waitUntil(lambda: bool(ask(qtbot, webmap, "document.querySelectorAll('.card-sub').length")), timeout=10000)
    found = ask(
        qtbot,
        webmap,
        "[...document.querySelectorAll('.mark-text,.card-kana,.card-sub,.place.city span')].map(e=>e.textContent)",
    )
    assert isinstance(found, list)
    assert len(found) == 4
    assert set(found) == {text}
    assert str(ask(qtbot, webmap, "document.querySelector('.source-text').textContent")).endswith(text)
    assert ask(qtbot, webmap, "typeof window.__xss") == "undefined"
    assert ask(qtbot, webmap, "document.querySelectorAll('img, script:not([src]), [onload], [onerror]').length") == 0
    clean(webmap)
    assert text.replace(" ", "") in text_of(webmap.print_pdf()).replace("\r\n", "").replace(" ", "")


def test_names_and_the_chosen_people_follow_the_program(qtbot: QtBot, webmap: WebMap) -> None:
    webmap.show_names(True)  # before there is a page: must not fail
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    names = "[...document.querySelectorAll('.mark-text')].map(e=>e.textContent).sort()"
    assert ask(qtbot, webmap, names) == []
    webmap.show_names(True)
    assert ask(qtbot, webmap, names) == sorted(["架空太郎", "見本花子", "試験一郎"])
    webmap.filter(["v-1"])
    assert ask(qtbot, webmap, names) == ["架空太郎"]
    webmap.filter(None)
    webmap.show_names(False)
    assert ask(qtbot, webmap, names) == []
    assert ask(qtbot, webmap, "registryMap.chooseArea('99998')") == 1
    webmap.show_layer("boundary", False)
    assert ask(qtbot, webmap, "document.querySelectorAll('.leaflet-borders-pane path').length") == 1
    clean(webmap)


def test_nobody_and_five_thousand_people_are_drawn(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument())
    assert "背景の地図データがまだ" in str(ask(qtbot, webmap, "document.body.innerText"))
    many = tuple(
        Marker(f"m-{n}", 35.93 + (n * 37 % 1000) / 5000, 139.42 + (n * 91 % 1000) / 5000, "oxygen", level="chome")
        for n in range(5000)
    )
    with qtbot.waitSignal(webmap.drawn, timeout=60000) as drawn:
        webmap.show_document(leaflet.build(MapDocument(many, BACKGROUND)))
    assert drawn.args == [5000]
    total = ask(qtbot, webmap, "[...document.querySelectorAll('.cluster b')].reduce((n,e)=>n+Number(e.textContent),0)")
    single = ask(qtbot, webmap, "document.querySelectorAll('.person').length")
    assert int(str(total)) + int(str(single)) == 5000
    assert "取扱注意" in text_of(webmap.print_pdf(title="見本")).replace("\r\n", "")
    clean(webmap)


def test_the_print_is_one_page_with_title_legend_source_date_and_warning(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND, title="在宅医療機器使用者の地図", source="見本の出典"))
    webmap.show_names(True)
    pdf = webmap.print_pdf(note="登録 3 = 地図 3 + 未配置 0", printed_on="令和8年11月22日", office="見本保健所")
    pages = pypdfium2.PdfDocument(BytesIO(pdf))
    assert len(pages) == 1
    wide, high = pages[0].get_size()
    assert (round(wide / 72 * 25.4), round(high / 72 * 25.4)) == (297, 210)
    text = text_of(pdf)
    for wanted in (
        "取扱注意", "凡例", "人工呼吸器", "酸素療法", "1名", "在宅医療機器使用者の地図", "出典: 見本の出典",
        "印刷日 令和8年11月22日", "見本保健所", "登録 3 = 地図 3 + 未配置 0", "架空太郎", "見本花子", "試験一郎", "km",
    ):  # fmt: skip
        assert wanted in text, wanted
    picture = pages[0].render(scale=1.5).to_pil().convert("RGB")
    inks = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert {(0x2A, 0x4A, 0x9C), (0x17, 0x73, 0x3F), (0x83, 0x35, 0x8F)} <= inks
    clean(webmap)


def test_the_print_shows_numbers_only_while_names_are_hidden(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    webmap.filter(["v-1", "o-1"])
    text = text_of(webmap.print_pdf(paper="A3", title="見本"))
    assert "0101" in text
    assert "0102" in text
    assert "0103" not in text
    assert "太郎" not in text
    assert "花子" not in text


def test_ninety_people_on_paper_all_have_their_number(qtbot: QtBot) -> None:
    crowd = tuple(
        Marker(f"c-{n}", 36.0 + (n % 9) / 900, 139.5 + (n // 9) / 900, "ventilator", number=f"{n:04d}")
        for n in range(90)
    )
    text = text_of(print_map(leaflet.build(MapDocument(crowd, BACKGROUND)), title="見本", printed_on="令和8年11月22日"))
    assert [f"{n:04d}" for n in range(90) if f"{n:04d}" not in text] == []
    assert "取扱注意" in text


def test_a_page_that_never_answers_ends_in_a_refusal(qtbot: QtBot) -> None:
    with pytest.raises(Refusal) as late:
        print_map({"index.html": b"<p>nothing", "data.json": b'{"markers":[]}'}, seconds=1)
    assert late.value.code == "map.not_drawn"
    broken = {**leaflet.build(MapDocument()), "data.json": b'{"markers":"none"}'}
    with pytest.raises(Refusal) as failed:
        print_map(broken, seconds=30)
    assert failed.value.code == "map.print_failed"


def test_nothing_to_print_is_said(webmap: WebMap) -> None:
    with pytest.raises(Refusal) as empty:
        webmap.print_pdf()
    assert empty.value.code == "map.empty"


def test_after_dispose_no_page_no_view_no_document_is_left(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    page, view, enclosure, shelf = webmap._page, webmap._view, webmap._enclosure, webmap._enclosure.shelf
    assert page is not None
    webmap.dispose()
    assert not shiboken6.isValid(page)
    assert not shiboken6.isValid(view)
    assert not shiboken6.isValid(enclosure.profile)
    assert shelf.documents == {}
    assert webmap._files == {}
    assert webmap._known == frozenset()
    webmap.select("v-1")
    assert colours(webmap).get("#2A4A9C", 0) == 0
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))  # unlocked again
    clean(webmap)


def test_a_lock_during_printing_stops_it(qtbot: QtBot, webmap: WebMap) -> None:
    from PySide6.QtCore import QTimer

    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    QTimer.singleShot(0, webmap.dispose)
    with pytest.raises(Refusal) as closed:
        webmap.print_pdf()
    assert closed.value.code == "map.closed"


def test_a_web_process_that_dies_is_said_and_shown(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    import psutil

    assert webmap._page is not None
    with qtbot.waitSignal(webmap.failed, timeout=20000) as failed:
        psutil.Process(webmap._page.renderProcessPid()).kill()
    assert failed.args == ["map.stopped"]
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    clean(webmap)


_HOSTILE_PAGE = """<!doctype html>
<link rel=preconnect href="http://127.0.0.1:{port}"><link rel=dns-prefetch href="//127.0.0.1:{port}">
<link rel=prefetch href="http://127.0.0.1:{port}/p"><link rel=stylesheet href="http://127.0.0.1:{port}/s.css">
<style>body {{ background: url("http://127.0.0.1:{port}/c.png") }} @import "http://127.0.0.1:{port}/i.css";</style>
<img src="http://127.0.0.1:{port}/i.png"><iframe src="http://127.0.0.1:{port}/f"></iframe>
<iframe src="file:///etc/passwd"></iframe><object data="http://127.0.0.1:{port}/o"></object>
<a id=a href="http://127.0.0.1:{port}/d" download>x</a><video src="http://127.0.0.1:{port}/v"></video>
<script>
const out = [];
const patience = () => new Promise((_, no) => setTimeout(no, 1500));
const settle = (name, promise) => Promise.race([promise, patience()]).then(() => out.push(name), () => 0);
(async () => {{
  const tries = [];
  tries.push(settle("fetch", fetch("http://127.0.0.1:{port}/x", {{mode: "no-cors"}})));
  tries.push(settle("file", fetch("file:///etc/passwd")));
  tries.push(settle("ws", new Promise((yes, no) => {{
    const w = new WebSocket("ws://127.0.0.1:{port}/"); w.onopen = yes; w.onerror = no; }})));
  tries.push(settle("geo", new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))));
  tries.push(settle("clip", navigator.clipboard ? navigator.clipboard.readText() : Promise.reject()));
  tries.push(settle("note", Notification.requestPermission().then(p => {{
    if (p !== "granted") throw 0; }})));
  try {{ navigator.sendBeacon("http://127.0.0.1:{port}/b", "x"); }} catch (e) {{}}
  try {{ if (window.open("http://127.0.0.1:{port}/w")) out.push("window"); }} catch (e) {{}}
  try {{ localStorage.setItem("a", "1"); out.push("storage"); }} catch (e) {{}}
  try {{
    const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}}]}});
    peer.createDataChannel("x"); peer.setLocalDescription(await peer.createOffer());
  }} catch (e) {{}}
  document.getElementById("a").click();
  if (confirm("?")) out.push("confirm");
  await Promise.all(tries);
  setTimeout(() => {{ console.log("tried:" + out.join(",")); location.href = "http://127.0.0.1:{port}/gone"; }}, 700);
}})();
</script>"""


def test_a_hostile_page_reaches_nothing(qtbot: QtBot) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    udp.setblocking(False)
    enclosure = webfence.Enclosure()
    page = webfence.FencedPage(enclosure.profile, None)
    html = _HOSTILE_PAGE.format(port=listener.getsockname()[1], udp=udp.getsockname()[1])
    enclosure.shelf.put("map", {"index.html": html.encode()})
    page.go(webfence.page_url("map"))
    try:
        qtbot.waitUntil(lambda: any(text.startswith("tried:") for _, text in page.console), timeout=30000)
        qtbot.wait(800)
        assert [text for _, text in page.console if text.startswith("tried:")] == ["tried:"]
        with pytest.raises(BlockingIOError):
            listener.accept()
        with pytest.raises(BlockingIOError):
            udp.recv(10)
        assert {"http://127.0.0.1", "ws://127.0.0.1"} <= set(enclosure.gate.blocked)
        assert page.url() == webfence.page_url("map")
    finally:
        webfence.end(page)
        enclosure.close()
        listener.close()
        udp.close()


def test_the_page_may_only_leave_for_nowhere_and_reads_only_with_get(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    script = """(() => { window.answers = []; for (const [how, where] of [
        ["POST", "data.json"], ["GET", "nothing.json"], ["GET", "hokenmap://sheet/index.html"], ["GET", "data.json/x"]])
        fetch(where, {method: how}).then(r => answers.push(r.status), () => answers.push(false)); return 1; })()"""
    ask(qtbot, webmap, script)
    qtbot.waitUntil(lambda: len(ask(qtbot, webmap, "answers") or []) == 4, timeout=10000)
    assert 200 not in ask(qtbot, webmap, "answers")  # False: refused by the policy; 404: not on the shelf


def test_the_page_can_call_four_narrow_slots_and_knows_only_its_own_people(qtbot: QtBot, webmap: WebMap) -> None:
    show(qtbot, webmap, MapDocument(THREE, BACKGROUND))
    meta = webmap._bridge.metaObject()
    own = {
        bytes(meta.method(n).methodSignature().data()).decode() for n in range(meta.methodOffset(), meta.methodCount())
    }
    assert own == {"drawn(int)", "clicked(QString)", "opened(QString)", "pointed(double,double)"}
    assert meta.propertyCount() == 1  # objectName, Qt's own
    heard: list[str] = []
    webmap.marker_clicked.connect(heard.append)
    webmap._bridge.clicked("somebody else")
    webmap._bridge.clicked("v-1")
    assert heard == ["v-1"]


def test_the_environment_cannot_open_the_engine(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import os
        from hoken_desktop.ui.webmap import register_scheme
        register_scheme(); register_scheme()
        flags = os.environ["QTWEBENGINE_CHROMIUM_FLAGS"]
        assert "remote-debugging" not in flags and "--proxy-server=http://127.0.0.1:9" in flags, flags
        assert "QTWEBENGINE_REMOTE_DEBUGGING" not in os.environ
        assert os.environ.get("QTWEBENGINE_DISABLE_SANDBOX") == ("1" if os.geteuid() == 0 else None)
    """)
    hostile = {"QTWEBENGINE_REMOTE_DEBUGGING": "9222", "QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=9222"}
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **hostile}, timeout=60)


def test_the_web_engine_writes_no_file_and_the_command_line_prints(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import sys
        from hoken_desktop.adapters import leaflet
        from hoken_desktop.adapters.leaflet import MapDocument, Marker
        from hoken_desktop.ui.map_printing import print_map
        files = leaflet.build(MapDocument((Marker("1", 36.0, 139.5, "both", label="秘密鳥太郎"),), show_names=True))
        sys.stdout.buffer.write(print_map(files, title="秘密鳥"))
    """)
    places = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data",
              "XDG_CONFIG_HOME": "config", "XDG_RUNTIME_DIR": "run"}  # fmt: skip
    env = {name: value for name, value in os.environ.items() if not name.startswith("QT")}
    for name, folder in places.items():
        (tmp_path / folder).mkdir(mode=0o700)
        env[name] = str(tmp_path / folder)
    done = subprocess.run([sys.executable, "-c", code], check=True, env=env, timeout=120, capture_output=True)
    assert done.stdout.startswith(b"%PDF")
    assert "秘密鳥太郎" in text_of(done.stdout)
    assert b"Traceback" not in done.stderr
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    needles = [form for text in ("秘密鳥",) for form in (text.encode(), text.encode("utf-16-le"))]
    assert [file for file in written if any(needle in file.read_bytes() for needle in needles)] == []
    # the system's own indexes of fonts and graphics drivers are all that may be left behind
    assert [str(file) for file in written if not re.search(r"fontconfig|mesa_shader_cache", str(file))] == []


def test_the_sheet_is_never_wider_than_its_paper() -> None:
    for sheet in (map_printing.Sheet(), map_printing.Sheet("A3"), map_printing.Sheet(landscape=False)):
        content = json.loads(sheet.content())
        area = sheet.layout().paintRect(sheet.layout().units())
        assert content["width"] <= area.width()
        assert content["height"] <= area.height()
