"""LibreOffice as one more reader, driven through UNO by the system's own Python. Run with a JSON order in argv[1].

Order: {port, file, password, answer: absent or [column, row, text] to be typed in and saved; answers: absent or
[[sheet, header, person from 0, text], …], typed below that header and saved; as_typed: dates become dates;
copies: absent or [[path, filter, "" or the sheet of a csv], …], saved beside it without a password}.
Prints {"opened": bool, "formulas": count, "cells": [[[text, …]]], "typed": count}.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table.CellContentType import FORMULA


def prop(name: str, value: object) -> PropertyValue:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect(port: int):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            return resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not answer")


order = json.loads(sys.argv[1])
context = connect(order["port"])
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
if order.get("quit"):
    with contextlib.suppress(Exception):  # the bridge dies with the office
        desktop.terminate()
    os._exit(0)
opening = [prop("Hidden", True)]
if order["password"] is not None:
    opening.append(prop("Password", order["password"]))
try:
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(order["file"]), "_blank", 0, tuple(opening))
except Exception:
    document = None
answer: dict = {"opened": document is not None, "formulas": 0, "cells": []}
if document is not None:
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        rows, columns = cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1
        cells = []
        for row in range(rows):
            line = []
            for column in range(columns):
                cell = sheet.getCellByPosition(column, row)
                answer["formulas"] += cell.Type == FORMULA
                line.append(cell.String)
            cells.append(line)
        answer["cells"].append(cells)
    if order.get("answer"):
        column, row, text = order["answer"]
        document.Sheets.getByIndex(0).getCellByPosition(column, row).String = text
        document.store()  # as 上書き保存 does: under the password the file was opened with
    for name, header, person, text in order.get("answers", ()):
        sheet = document.Sheets.getByName(name)
        cells = answer["cells"][document.Sheets.ElementNames.index(name)]
        top = next(at for at, line in enumerate(cells) if header in line)
        # As typed by hand: a day becomes a day. What begins with "=" stays text.
        cell = sheet.getCellByPosition(cells[top].index(header), top + 1 + person)
        if order.get("as_typed") and not text.startswith("="):
            cell.setFormula(text)
        else:
            cell.String = text
        answer["typed"] = answer.get("typed", 0) + 1
    if order.get("answers"):
        document.store()
    for path, filter_name, sheet in order.get("copies", ()):
        saving = [prop("FilterName", filter_name)]
        if sheet:  # a csv: 76 is UTF-8, the last option the number of the sheet
            number = document.Sheets.ElementNames.index(sheet) + 1
            saving.append(prop("FilterOptions", f"44,34,76,1,,0,false,true,false,false,false,{number}"))
        document.storeToURL(uno.systemPathToFileUrl(path), tuple(saving))
    document.close(True)
print(json.dumps(answer), flush=True)
# The bridge's own threads at times crash Python while it tidies up, after all the work is done.
os._exit(0)
