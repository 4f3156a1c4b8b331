package standin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.objects.AssertNotNull;
import org.apache.spark.sql.catalyst.plans.logical.Assignment;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.InsertAction;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MergeAction;
import org.apache.spark.sql.catalyst.plans.logical.MergeIntoTable;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.plans.logical.UpdateAction;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.streaming.StreamingRelation;
import scala.collection.JavaConverters;

/**
 * Reads from an analyzed plan which datasets it reads, and which of their columns each output column is computed from.
 *
 * <p>Spark numbers every column that is made anywhere in a plan, so lineage is following numbers: a number is either a
 * column of a dataset, or made by an expression that refers to other numbers. What an expression refers to counts in
 * whole, conditions of CASE and the keys of a window included; filters, join conditions and grouping do not.
 */
public final class PlanReader {
  private final Map<Long, String> columns = new HashMap<>();
  private final Map<Long, TreeSet<Long>> made = new HashMap<>();
  private final TreeSet<String> datasets = new TreeSet<>();
  private final TreeSet<String> unknown = new TreeSet<>();
  private final Map<Long, List<Attribute>> common = new HashMap<>();

  /** What the rows of a plan are made of, as JSON. */
  public static String read(LogicalPlan plan) throws JsonProcessingException {
    PlanReader reader = new PlanReader();
    reader.walk(plan);
    List<Attribute> columns = list(plan.output());
    List<Attribute> optimized = list(optimized(plan).output());
    List<Object> output = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Attribute one = columns.get(i);
      output.add(reader.column(one.name(), one, proven(plan, one) || !optimized.get(i).nullable()));
    }
    return reader.told(output);
  }

  /** What MERGE INTO assigns to the columns of its target, as JSON. */
  public static String readMerge(LogicalPlan plan) throws JsonProcessingException {
    MergeIntoTable merge = (MergeIntoTable) plan;
    PlanReader reader = new PlanReader();
    reader.walk(merge.sourceTable());
    Map<String, Map<String, Object>> output = new LinkedHashMap<>();
    List<MergeAction> actions = new ArrayList<>(list(merge.matchedActions()));
    actions.addAll(list(merge.notMatchedActions()));
    for (MergeAction action : actions) {
      for (Assignment one : assignments(action)) {
        String name = ((Attribute) one.key()).name();
        Expression value = one.value() instanceof AssertNotNull check ? check.child() : one.value();
        output.merge(name, reader.column(name, value, proven(merge.sourceTable(), value)), PlanReader::both);
      }
    }
    return reader.told(new ArrayList<>(output.values()));
  }

  private static LogicalPlan optimized(LogicalPlan plan) {
    return plan.isStreaming() ? plan : SparkSession.active().sessionState().optimizer().execute(plan);
  }

  private static List<Assignment> assignments(MergeAction action) {
    if (action instanceof UpdateAction update) {
      return list(update.assignments());
    }
    return action instanceof InsertAction insert ? list(insert.assignments()) : List.of();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> both(Map<String, Object> one, Map<String, Object> other) {
    TreeSet<String> from = new TreeSet<>((TreeSet<String>) one.get("from"));
    from.addAll((TreeSet<String>) other.get("from"));
    one.put("from", from);
    one.put("nullable", (Boolean) one.get("nullable") || (Boolean) other.get("nullable"));
    one.put("never_null", (Boolean) one.get("never_null") && (Boolean) other.get("never_null"));
    return one;
  }

  private String told(List<Object> output) throws JsonProcessingException {
    Map<String, Object> all = new TreeMap<>();
    all.put("datasets", datasets);
    all.put("columns", output);
    all.put("unknown", unknown);
    return new ObjectMapper().writeValueAsString(all);
  }

  private Map<String, Object> column(String name, Expression value, boolean neverNull) {
    TreeSet<String> from = new TreeSet<>();
    TreeSet<Long> seen = new TreeSet<>();
    for (long id : referred(value)) {
      origins(id, from, seen);
    }
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", name);
    one.put("type", value.dataType().simpleString());
    one.put("nullable", value.nullable());
    one.put("never_null", neverNull);
    one.put("from", from);
    return one;
  }

  private void origins(long id, TreeSet<String> from, TreeSet<Long> seen) {
    if (!seen.add(id)) {
      return;
    }
    if (columns.containsKey(id)) {
      from.add(columns.get(id));
    }
    for (long next : made.getOrDefault(id, new TreeSet<>())) {
      origins(next, from, seen);
    }
  }

  private void walk(LogicalPlan plan) {
    if (plan instanceof CTERelationDef definition) {
      common.put(definition.id(), list(definition.child().output()));
    }
    for (LogicalPlan child : list(plan.children())) {
      walk(child);
    }
    for (Expression expression : list(plan.expressions())) {
      visit(expression);
    }
    if (plan instanceof Union union) {
      for (LogicalPlan child : list(union.children())) {
        same(list(union.output()), list(child.output()));
      }
    } else if (plan instanceof CTERelationRef reference) {
      same(list(reference.output()), common.get(reference.cteId()));
    } else if (plan instanceof Generate generate) {
      list(generate.generatorOutput()).forEach(one -> makes(one, referred((Expression) generate.generator())));
    } else if (plan instanceof Expand expand) {
      expand(expand);
    } else if (list(plan.children()).isEmpty()) {
      leaf(plan);
    }
  }

  private void expand(Expand expand) {
    List<Attribute> output = list(expand.output());
    for (scala.collection.Seq<Expression> projection : list(expand.projections())) {
      for (int i = 0; i < output.size(); i++) {
        makes(output.get(i), referred(projection.apply(i)));
      }
    }
  }

  private void leaf(LogicalPlan plan) {
    if (plan instanceof DataSourceV2Relation relation && relation.identifier().isDefined()) {
      dataset(relation.identifier().get().toString(), plan);
    } else if (plan instanceof LogicalRelation relation && relation.relation() instanceof HadoopFsRelation files) {
      dataset(list(files.location().rootPaths()).get(0).toString(), plan);
    } else if (plan instanceof StreamingRelation stream) {
      dataset(stream.dataSource().options().get("path").get(), plan);
    } else if (!list(plan.output()).isEmpty() && !(plan instanceof LocalRelation)) {
      unknown.add(plan.nodeName());
    }
  }

  private void dataset(String name, LogicalPlan plan) {
    datasets.add(name);
    for (Attribute one : list(plan.output())) {
      columns.put(one.exprId().id(), name + "::" + one.name());
    }
  }

  private void visit(Expression expression) {
    if (expression instanceof Alias alias) {
      made.computeIfAbsent(alias.exprId().id(), key -> new TreeSet<>()).addAll(referred(alias.child()));
    }
    if (expression instanceof SubqueryExpression subquery) {
      walk((LogicalPlan) subquery.plan());
    }
    for (Expression child : list(expression.children())) {
      visit(child);
    }
  }

  private static TreeSet<Long> referred(Expression expression) {
    TreeSet<Long> found = new TreeSet<>();
    if (expression instanceof Attribute one) {
      found.add(one.exprId().id());
    }
    if (expression instanceof SubqueryExpression subquery) {
      list(((LogicalPlan) subquery.plan()).output()).forEach(one -> found.add(one.exprId().id()));
    }
    for (Expression child : list(expression.children())) {
      found.addAll(referred(child));
    }
    return found;
  }

  private void makes(Attribute one, TreeSet<Long> from) {
    made.computeIfAbsent(one.exprId().id(), key -> new TreeSet<>()).addAll(from);
  }

  private void same(List<Attribute> output, List<Attribute> input) {
    for (int i = 0; i < output.size(); i++) {
      makes(output.get(i), referred(input.get(i)));
    }
  }

  /** Whether Spark can prove from the plan's filters that the value is never null, whatever its type says. */
  private static boolean proven(LogicalPlan plan, Expression value) {
    if (!value.nullable()) {
      return true;
    }
    for (Expression constraint : JavaConverters.asJavaCollection(plan.constraints())) {
      if (constraint instanceof IsNotNull known && known.child().semanticEquals(value)) {
        return true;
      }
    }
    return false;
  }

  private static <T> List<T> list(scala.collection.Seq<T> all) {
    return JavaConverters.seqAsJavaList(all);
  }
}
