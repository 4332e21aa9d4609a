"""提供: which municipality was given this person's data, when and under which number, and what it answered."""

from __future__ import annotations

from collections.abc import Iterable

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.ui.pages.person_facts import Entry, Known, Section
from hoken_desktop.words import label, say


def disclosure_sections(known: Known) -> Iterable[Section]:
    for passage in known.passages:
        made = passage.disclosure
        entries = []
        if passage.person.excluded is None:
            entries.append(Entry(say("persons_page.passage"), say("persons_page.went"), "done", bold=True))
            entries.append(Entry(say("persons_page.outside_key"), passage.person.outside_key))
            entries.append(
                Entry(
                    say("persons_page.scope"), say("persons_page.dot").join(label(g) for g in passage.person.groups)
                )
            )
        else:
            entries.append(Entry(say("persons_page.passage"), say("persons_page.stayed"), bold=True))
            entries.append(Entry(say("persons_page.why"), label(passage.person.excluded)))
        if passage.answer is not None:
            entries.append(Entry(say("persons_page.on_list"), label(passage.answer.on_list)))
            entries.append(Entry(say("persons_page.evacuation_plan"), label(passage.answer.evacuation_plan)))
        elif passage.person.excluded is None:
            entries.append(Entry(say("persons_page.answer"), say("persons_page.no_answer"), "warn"))
        yield Section(
            known.place_name(made.municipality), tuple(entries),
            say("persons_page.two", one=format_wareki(made.disclosed_on), other=made.our_number),
        )  # fmt: skip
    if not known.passages:
        yield Section(
            say("persons_page.disclosures"),
            (Entry(say("persons_page.passage"), say("persons_page.never_disclosed"), "text2"),),
        )
