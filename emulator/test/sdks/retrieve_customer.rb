require 'chargebee'

# The SDK calls the host `{site}.{domain}`, which is the emulator's: 127.0.0.1.
$CHARGEBEE_DOMAIN = "0.0.1:#{ENV.fetch('EMULATOR_PORT')}"
ChargeBee.configure(site: '127', api_key: 'test_emulator_key')
$ENV_PROTOCOL = 'http'
puts ChargeBee::Customer.retrieve('juniper-bakery').customer.company
