"""起案添付: counts that close, and what allows each group of items."""

from __future__ import annotations

from datetime import date

from hoken_desktop.domain.codes import ConsentDecision, ItemGroup, LegalBasis
from hoken_desktop.domain.consents import STANDARD_SCOPE
from hoken_desktop.domain.disclosures import ITEM_BY_KEY
from hoken_desktop.services.bases import Bases
from hoken_desktop.services.drafts import allowed_groups
from tests.registry_builder import FictitiousRegistry
from tests.services.test_disclosures import service


def test_consent_law_and_neither_add_up_to_those_who_go(registry: FictitiousRegistry) -> None:
    registry.consent(registry.person("和田 実"), scope=(*STANDARD_SCOPE, ItemGroup.DISEASE))
    registry.consent(registry.person("青葉 花子"), scope=(ItemGroup.BASIC,))
    registry.person("斎藤 清")
    registry.consent(registry.person("不同意 一"), decision=ConsentDecision.REFUSED)
    registry.freeze()
    Bases(registry.store, registry.clock, registry.ids).switch(
        LegalBasis.REQ_49_10_4, True, "保第5号", date(2026, 10, 1)
    )
    preview = service(registry).preview(registry.request(basis="REQ_49_10_4", items=tuple(ITEM_BY_KEY)))
    found = {one.group: one for one in allowed_groups(preview)}
    assert preview.disclosed == 3
    assert all(one.by_consent + one.by_law + one.outside == 3 for one in found.values())
    told = {group: (one.by_consent, one.by_law, one.outside) for group, one in found.items()}
    assert told == {
        ItemGroup.BASIC: (2, 1, 0), ItemGroup.CONTACT: (1, 1, 1), ItemGroup.DEVICE: (1, 1, 1),
        ItemGroup.SUPPORTER: (1, 1, 1), ItemGroup.DISEASE: (1, 0, 2), ItemGroup.HOME: (0, 0, 3),
    }  # fmt: skip
    assert [key for one in found.values() for key in one.keys] == list(ITEM_BY_KEY)
