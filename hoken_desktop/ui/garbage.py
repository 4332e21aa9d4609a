"""Python's collector of cycles runs in the window's thread only.

Left alone it runs in whichever thread happens to make the next object. In the worker it would find widgets that the
window has let go of and destroy them there: Qt's locks and Python's are then taken in the opposite order of the
window's thread, and both wait for each other for ever (a window that hangs, seen as such).
"""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QCoreApplication, QTimer

EVERY_MS = 250
_GENERATIONS = 3


def collect_due() -> None:
    """Collect what Python would have collected by itself by now."""
    due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    for generation in reversed(range(_GENERATIONS)):
        if due[generation]:
            gc.collect(generation)
            return


def keep_in_this_thread() -> None:
    """From now on the collector runs here, by a timer of the application; called before another thread begins."""
    if not gc.isenabled():
        return
    if threading.current_thread() is not threading.main_thread():
        raise AssertionError("the window's thread is the main thread")
    app = QCoreApplication.instance()
    if app is None:
        return
    gc.disable()
    timer = QTimer(app)
    timer.setInterval(EVERY_MS)
    timer.timeout.connect(collect_due)
    timer.start()
    app.aboutToQuit.connect(gc.enable)
