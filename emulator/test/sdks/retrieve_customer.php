<?php
require (getenv('COMPOSER_VENDOR_DIR') ?: 'vendor') . '/autoload.php';

// The SDK calls the host `{site}.{domain}`, which is the emulator's: 127.0.0.1.
$client = new Chargebee\ChargebeeClient([
    'apiKey' => 'test_emulator_key',
    'site' => '127',
    'chargebeeDomain' => '0.0.1:' . getenv('EMULATOR_PORT'),
    'httpScheme' => 'http',
]);
echo $client->customer()->retrieve('juniper-bakery')->customer->company, "\n";
