"""Speed of placing addresses, beside jageocoder's where that is installed; measures, asserts nothing.

    python tests/bench/bench_locate.py [--prefecture 埼玉県] [--count 100000] [--data FOLDER]

The addresses are the built-in towns of a prefecture (or of all Japan with --prefecture "") with invented numbers, so no
file is needed. FOLDER is a data folder with an imported gazetteer. With jageocoder and jageocoder-dbtool installed, a
dictionary of the same towns is built in a temporary folder, and the share of addresses that both place within 20 m of
each other is printed too.
"""

from __future__ import annotations

import argparse
import bz2
import importlib.util
import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from hoken_desktop.adapters.builtin_towns import builtin_boxes, builtin_towns
from hoken_desktop.adapters.gazetteer import Gazetteer
from hoken_desktop.adapters.municipalities import master
from hoken_desktop.domain.addresses import Located


def addresses(prefecture: str, count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    towns = [
        master().by_code[code].full_name + row.name + row.koaza
        for code in builtin_boxes()
        if master().by_code[code].pref.startswith(prefecture)
        for row in builtin_towns(code)
        if row.lat is not None and "（" not in row.name
    ]
    chance.shuffle(towns)
    return [f"{towns[n % len(towns)]}{chance.randint(1, 40)}-{chance.randint(1, 40)}" for n in range(count)]


def ours(texts: list[str], data: Path) -> list[Located]:
    gazetteer = Gazetteer(data)
    for cold in (True, False):
        start = time.perf_counter()
        found = gazetteer.locate_many(texts)
        took = time.perf_counter() - start
        print(f"own matcher, {'first' if cold else 'second'} time: {len(texts) / took:,.0f} addresses/s, {took:.1f} s")
    print("  levels:", dict(Counter(place.level.value for place in found)))
    return found


def theirs(texts: list[str], prefecture: str, found: list[Located]) -> None:
    if not (importlib.util.find_spec("jageocoder") and importlib.util.find_spec("jageocoder_dbtool")):
        print("jageocoder: not installed")
        return
    os.environ.pop("JAGEOCODER_SERVER_URL", None)  # with it set, addresses would leave the PC
    import jageocoder
    from jageocoder_dbtool.convertor import Convertor

    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        text.mkdir()
        lines = ['# {"jageocoder_meta":"0.2.4","id":1,"title":"towns","url":""}']
        for code in builtin_boxes():
            city = master().by_code[code]
            if not city.pref.startswith(prefecture):
                continue
            county = f"{city.county};2," if city.county else ""
            head, _, ward = city.name.partition("市")
            name = f"{head}市;3,{ward};4" if ward.endswith("区") else f"{city.name};3"
            for row in builtin_towns(code):
                if row.lat is None or "（" in row.name:
                    continue
                tail = f",{row.koaza};6" if row.koaza else ""
                lines.append(f"{city.pref};1,{county}{name},{row.name};5{tail},!01,{row.lon},{row.lat}")
        with bz2.open(text / "towns.txt.bz2", "wt", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        database = Path(folder) / "db"
        convertor = Convertor()
        convertor.text_dir, convertor.db_dir = str(text), str(database)
        convertor.text2db()
        jageocoder.init(db_dir=str(database))
        some = texts[:5_000]
        start = time.perf_counter()
        answers = [jageocoder.searchNode(address) for address in some]
        took = time.perf_counter() - start
        print(f"jageocoder {jageocoder.__version__}: {len(some) / took:,.0f} addresses/s")
        agreed = sum(
            bool(answer)
            and place.lat is not None
            and place.lon is not None
            and abs(answer[0].node.y - place.lat) < 0.0002
            and abs(answer[0].node.x - place.lon) < 0.0002
            for answer, place in zip(answers, found, strict=False)
        )
        print(f"  both within 20 m: {agreed / len(some):.2%}")
        misses = [
            (address, place.matched, str(answer[0].node) if answer else "")
            for address, answer, place in zip(some, answers, found, strict=False)
            if not (answer and place.lat and abs(answer[0].node.y - place.lat) < 0.0002)
        ]
        for miss in misses[:10]:
            print("  differs:", *miss)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--prefecture", default="埼玉県")
    ask.add_argument("--count", type=int, default=100_000)
    ask.add_argument("--data", type=Path, default=Path("nowhere"))
    ask.add_argument("--seed", type=int, default=1)
    given = ask.parse_args()
    texts = addresses(given.prefecture, given.count, given.seed)
    theirs(texts, given.prefecture, ours(texts, given.data))


if __name__ == "__main__":
    main()
