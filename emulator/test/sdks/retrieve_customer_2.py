import os

import chargebee
from chargebee.environment import Environment

port = os.environ["EMULATOR_PORT"]
# The SDK calls the host `{site}.{domain}`, which is the emulator's: 127.0.0.1.
Environment.chargebee_domain = f"0.0.1:{port}"
Environment.protocol = "http"
chargebee.ChargeBee.verify_ca_certs = False
chargebee.configure("test_emulator_key", "127")
print(chargebee.Customer.retrieve("juniper-bakery").customer.company)
