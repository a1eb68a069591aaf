"""Walks through an account with version 2 of Chargebee's Python SDK, and prints as JSON what its objects hold."""

import json
import os

import chargebee
from chargebee.environment import Environment

port = os.environ["EMULATOR_PORT"]
# The SDK calls the host `{site}.{domain}`, which is the emulator's: 127.0.0.1.
Environment.chargebee_domain = f"0.0.1:{port}"
Environment.protocol = "http"
chargebee.ChargeBee.verify_ca_certs = False
chargebee.configure("test_emulator_key", "127")

seen = {}

created = chargebee.Customer.create(
    {
        "id": "python-bakery",
        "company": "Python Bakery & Söhne",
        "auto_collection": "off",
        "billing_address": {"line1": "1 Main Street", "city": "Ulm", "country": "DE"},
    }
).customer
seen["customer"] = [created.id, created.company, created.billing_address.city]

# This SDK sends a list in Python's notation: id[in]=['python-bakery', 'juniper-bakery'].
listed = chargebee.Customer.list({"id[in]": ["python-bakery", "juniper-bakery"]})
seen["customers"] = sorted(entry.customer.id for entry in listed)

first = chargebee.Customer.list({"limit": 1})
second = chargebee.Customer.list({"limit": 1, "offset": first.next_offset})
seen["pages"] = [len(first), len(second), first[0].customer.id != second[0].customer.id]

subscribed = chargebee.Subscription.create_with_items(
    "python-bakery",
    {
        "id": "python-growth",
        "subscription_items": [{"item_price_id": "growth-USD-monthly", "quantity": 2}],
    },
)
seen["subscription"] = [
    subscribed.subscription.status,
    [[item.item_price_id, item.quantity] for item in subscribed.subscription.subscription_items],
    subscribed.invoice.status,
]

cancelled = chargebee.Subscription.cancel_for_items("python-growth", {"end_of_term": True})
seen["cancelled"] = cancelled.subscription.status

session = chargebee.PortalSession.create({"customer": {"id": "python-bakery"}}).portal_session
seen["session"] = [session.status, session.customer_id]
seen["session_after_logout"] = chargebee.PortalSession.logout(session.id).portal_session.status

page = chargebee.HostedPage.manage_payment_sources({"customer": {"id": "python-bakery"}}).hosted_page
seen["hosted_page"] = [page.type, page.state]

events = chargebee.Event.list({"event_type[is]": "customer_created", "limit": 5})
seen["event"] = events[0].event.content.customer.id
# A receiver of webhooks parses their bodies like this.
received = chargebee.Event.deserialize(json.dumps(events[0].event.values))
seen["received"] = [received.event_type, received.content.customer.id]

try:
    chargebee.Customer.retrieve("nobody")
except chargebee.InvalidRequestError as error:
    seen["missing"] = [error.http_status_code, error.api_error_code]
try:
    chargebee.Customer.create({"id": "python-bakery"})
except chargebee.InvalidRequestError as error:
    seen["duplicate"] = [error.http_status_code, error.api_error_code, error.param]

print(json.dumps(seen))
