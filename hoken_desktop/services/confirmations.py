"""災害時の確認: the second person says so with their own passphrase, at the same keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hoken_desktop.domain.bases import CONFIRMERS
from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Request
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import Store
from hoken_desktop.services.requests import find_request


class Confirmations:
    """Two different members of staff answer for a disclosure that asks for nobody's consent.

    `who` opens the slot of a passphrase and gives its member of staff; it refuses what opens none.
    """

    def __init__(self, store: Store, who: Callable[[str], str]) -> None:
        self._store = store
        self._who = who

    def check(self, passphrase: str) -> str:
        """The member of staff whose passphrase this is; refuses what opens nothing, the one who opened the registry,
        and who is not in post. Nothing is written."""
        staff_id = self._who(passphrase)
        with self._store.read() as shelves:
            member = shelves.staff.get(staff_id)
        if member is None or member.withdrawn_at is not None:
            raise Refusal("confirmations.not_in_post")
        if staff_id == self._store.staff_id:
            raise Refusal("confirmations.same_person", needed=CONFIRMERS)
        return staff_id

    def confirm(self, request_id: str, passphrase: str) -> Request:
        """Adds whoever's passphrase this is to those who confirmed the request.

        Refuses a passphrase that opens nothing, one of somebody who is not in post (the recovery key is nobody), one of
        somebody who has confirmed already, and a request that needs no confirmation or is closed.
        """
        staff_id = self._who(passphrase)
        with self._store.change(Deed.REQUEST_CONFIRMED, request_id) as writing:
            request = find_request(writing, request_id)
            if request.basis is not LegalBasis.DISASTER:
                raise Refusal("confirmations.not_needed")
            if request.closed_on is not None:
                raise Refusal("requests.closed")
            member = writing.staff.get(staff_id)
            if member is None or member.withdrawn_at is not None:
                raise Refusal("confirmations.not_in_post")
            if staff_id in request.confirmed_by:
                raise Refusal("confirmations.same_person", needed=CONFIRMERS)
            return writing.requests.replace(replace(request, confirmed_by=(*request.confirmed_by, staff_id)))
