import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;

/** Reads names (DER in base64, one a line); writes getName() then toString() of each, in base64, or "!" twice. */
public class Names {
    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line;
        while ((line = input.readLine()) != null) {
            try {
                X500Principal principal = new X500Principal(Base64.getDecoder().decode(line));
                System.out.println(encoded(principal.getName()));
                System.out.println(encoded(principal.toString()));
            } catch (IllegalArgumentException refused) {
                System.out.println("!\n!");
            }
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
