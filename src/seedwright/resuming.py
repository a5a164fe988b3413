"""Going on with what a process that was killed has left on a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.stages.tickets import Claim

SAME_TIME = 120
"""Seconds that the clocks of a client and of this machine may differ by."""

if TYPE_CHECKING:
    from seedwright.clients.base import Client
    from seedwright.clients.ticket import Ticket
    from seedwright.engines.base import MadeTorrent, OnProgress
    from seedwright.fleet import Fleet
    from seedwright.plan import Plan
    from seedwright.stages.tickets import TicketBook


def claim_of(plan: Plan, tickets: TicketBook) -> Claim:
    """What outlives this process, should it be killed while the plan is carried out."""
    if not plan.needs_client or plan.client is None:
        return Claim()
    return tickets.claim(plan.client, plan.client_path or "", str(plan.output))


async def take_up(plan: Plan, claim: Claim, tickets: TicketBook, fleet: Fleet) -> None:
    """Take back what was left and nobody has reported, except what continues now."""
    if not plan.needs_client or plan.client is None:
        return
    if claim.ticket is not None and claim.ticket.added:
        await _remove_ours(claim.ticket, fleet.client(plan.client))
    for ticket in tickets.sweep(plan.client):
        await fleet.engine(plan.client).discard(ticket)


async def _remove_ours(ticket: Ticket, client: Client) -> None:
    """Remove the torrent from the client; one that somebody has added since stays."""
    added = await client.added_at(ticket.added)
    if added is not None and abs(added - ticket.since) <= SAME_TIME:
        await client.remove(ticket.added)


async def made_there(
    plan: Plan, claim: Claim, fleet: Fleet, on_progress: OnProgress | None
) -> MadeTorrent:
    """The torrent as the client's engine makes it, from what was left where possible."""
    return await fleet.engine(plan.client).make(
        plan.spec,
        plan.survey,
        ticket=claim.ticket,
        time_limit=plan.time_limit,
        on_progress=on_progress,
        keep=claim.keep,
    )
