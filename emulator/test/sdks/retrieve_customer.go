package main

import (
	"fmt"
	"os"

	"github.com/chargebee/chargebee-go/v3"
	"github.com/chargebee/chargebee-go/v3/actions/customer"
)

func main() {
	// The SDK calls the host `{site}.{domain}`, which is the emulator's: 127.0.0.1.
	chargebee.DefaultEnv = chargebee.Environment{
		Key:             "test_emulator_key",
		SiteName:        "127",
		ChargebeeDomain: "0.0.1:" + os.Getenv("EMULATOR_PORT"),
		Protocol:        "http",
	}
	result, err := customer.Retrieve("juniper-bakery").Request()
	if err != nil {
		panic(err)
	}
	fmt.Println(result.Customer.Company)
}
