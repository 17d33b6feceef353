// Answers, for each line {"pattern", "event"}, what AWS's own matcher says: invalid, true or false, and how complex it is.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

public class Oracle {
  private static final int MOST_COMPLEX = 50;

  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    MachineComplexityEvaluator evaluator = new MachineComplexityEvaluator(MOST_COMPLEX);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode pair = json.readTree(line);
      out.println(answer(pair.get("pattern").asText(), pair.get("event").asText(), evaluator));
    }
    out.flush();
  }

  private static String answer(String pattern, String event, MachineComplexityEvaluator evaluator) {
    String problem = JsonRuleCompiler.check(pattern);
    if (problem != null) {
      return "invalid " + problem.replace('\n', ' ');
    }
    try {
      Machine machine = new Machine();
      machine.addRule("rule", pattern);
      boolean matches = !machine.rulesForJSONEvent(event).isEmpty();
      return matches + " " + machine.evaluateComplexity(evaluator);
    } catch (Exception failure) {
      return "failed " + failure;
    }
  }
}
