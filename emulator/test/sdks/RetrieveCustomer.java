import com.chargebee.v4.client.ChargebeeClient;

public class RetrieveCustomer {
  public static void main(String[] args) {
    try (ChargebeeClient client =
        ChargebeeClient.builder()
            .apiKey("test_emulator_key")
            .siteName("acme-test")
            .endpoint("http://localhost:" + System.getenv("EMULATOR_PORT") + "/api/v2")
            .build()) {
      System.out.println(client.get("/customers/juniper-bakery").getBodyAsString());
    }
  }
}
