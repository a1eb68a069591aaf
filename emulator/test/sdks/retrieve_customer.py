import os

from chargebee import Chargebee

port = os.environ["EMULATOR_PORT"]
# The SDK calls the host `{site}.{domain}`, which is the emulator's: 127.0.0.1.
client = Chargebee(
    api_key="test_emulator_key",
    site="127",
    chargebee_domain=f"0.0.1:{port}",
    protocol="http",
)
client.verify_ca_certs = False
print(client.Customer.retrieve("juniper-bakery").customer.company)
