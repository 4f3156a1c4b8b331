package standin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.collection.JavaConverters;

/**
 * A catalog that keeps its tables in memory and treats their schemas as Delta does.
 *
 * <p>It exists because nothing that comes with Spark keeps NOT NULL when a table is read, or renames and drops columns.
 * Everything above it is Spark's own: names, types, nullability and ALTER TABLE are resolved by Spark's analyzer.
 */
public final class MemoryCatalog implements TableCatalog, SupportsNamespaces {
  // Shared, since a stream runs in a clone of its session, which makes a catalog of its own.
  private static final Map<String, MemoryTable> tables = new ConcurrentSkipListMap<>();
  private static final Set<String> namespaces = new ConcurrentSkipListSet<>();

  private String name;

  @Override
  public void initialize(String name, CaseInsensitiveStringMap options) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listTables(String[] namespace) {
    List<Identifier> found = new ArrayList<>();
    for (String key : tables.keySet()) {
      String[] parts = key.split("\\.");
      if (Arrays.equals(namespace, Arrays.copyOf(parts, parts.length - 1))) {
        found.add(Identifier.of(namespace, parts[parts.length - 1]));
      }
    }
    return found.toArray(new Identifier[0]);
  }

  @Override
  public Table loadTable(Identifier ident) throws NoSuchTableException {
    MemoryTable table = tables.get(ident.toString());
    if (table == null) {
      throw new NoSuchTableException(ident);
    }
    return table;
  }

  @Override
  public Table createTable(Identifier ident, StructType schema, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException {
    if (tables.containsKey(ident.toString())) {
      throw new TableAlreadyExistsException(ident);
    }
    MemoryTable table = new MemoryTable(ident.toString(), schema, partitions, properties, new ArrayList<>());
    tables.put(ident.toString(), table);
    return table;
  }

  @Override
  public Table alterTable(Identifier ident, TableChange... changes) throws NoSuchTableException {
    MemoryTable before = (MemoryTable) loadTable(ident);
    scala.collection.Seq<TableChange> all = JavaConverters.asScalaBuffer(Arrays.asList(changes)).toSeq();
    StructType schema =
        CatalogV2Util.applySchemaChanges(before.schema(), all, scala.Option.empty(), "ALTER TABLE");
    MemoryTable after = before.withSchema(schema, CatalogV2Util.applyPropertiesChanges(before.properties(), all));
    tables.put(ident.toString(), after);
    return after;
  }

  @Override
  public boolean dropTable(Identifier ident) {
    return tables.remove(ident.toString()) != null;
  }

  @Override
  public void renameTable(Identifier from, Identifier to) {
    throw new UnsupportedOperationException("renaming a table");
  }

  @Override
  public String[][] listNamespaces() {
    return namespaces.stream().map(one -> new String[] {one}).toArray(String[][]::new);
  }

  @Override
  public String[][] listNamespaces(String[] namespace) {
    return namespace.length == 0 ? listNamespaces() : new String[0][];
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace) {
    return Map.of();
  }

  @Override
  public boolean namespaceExists(String[] namespace) {
    return namespace.length == 1 && namespaces.contains(namespace[0]);
  }

  @Override
  public void createNamespace(String[] namespace, Map<String, String> metadata) {
    namespaces.add(String.join(".", namespace));
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes) {
    throw new UnsupportedOperationException("changing a schema");
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade) {
    return namespaces.remove(String.join(".", namespace));
  }
}
