package standin;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A table whose rows are in the driver's memory, read and written in whole. */
final class MemoryTable implements SupportsRead, SupportsWrite {
  private final String name;
  private final StructType schema;
  private final Transform[] partitions;
  private final Map<String, String> properties;
  private final List<InternalRow> rows;

  MemoryTable(
      String name, StructType schema, Transform[] partitions, Map<String, String> properties, List<InternalRow> rows) {
    this.name = name;
    this.schema = schema;
    this.partitions = partitions;
    this.properties = properties;
    this.rows = rows;
  }

  /** The table after ALTER TABLE; rows keep the values of columns that keep their name and type. */
  MemoryTable withSchema(StructType changed, Map<String, String> properties) {
    List<InternalRow> moved = new ArrayList<>();
    for (InternalRow row : rows) {
      Object[] values = new Object[changed.length()];
      for (int to = 0; to < values.length; to++) {
        scala.Option<Object> from = schema.getFieldIndex(changed.fields()[to].name());
        if (from.isDefined()) {
          DataType type = changed.fields()[to].dataType();
          int at = (Integer) from.get();
          if (!schema.fields()[at].dataType().sameType(type)) {
            throw new UnsupportedOperationException("changing the type of a column that has values");
          }
          values[to] = row.get(at, type);
        }
      }
      moved.add(new GenericInternalRow(values));
    }
    return new MemoryTable(name, changed, partitions, properties, moved);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public StructType schema() {
    return schema;
  }

  @Override
  public Transform[] partitioning() {
    return partitions;
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ, TableCapability.BATCH_WRITE, TableCapability.TRUNCATE);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return () -> new WholeScan(schema, new Rows(List.copyOf(rows)));
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new Replacing(rows);
  }

  private record Rows(List<InternalRow> rows) implements InputPartition, WriterCommitMessage {}

  private record WholeScan(StructType readSchema, Rows rows) implements Scan, Batch {
    @Override
    public Batch toBatch() {
      return this;
    }

    @Override
    public InputPartition[] planInputPartitions() {
      return new InputPartition[] {rows};
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
      return new Reading();
    }
  }

  private static final class Reading implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      Iterator<InternalRow> rest = ((Rows) partition).rows().iterator();
      return new PartitionReader<>() {
        private InternalRow row;

        @Override
        public boolean next() {
          row = rest.hasNext() ? rest.next() : null;
          return row != null;
        }

        @Override
        public InternalRow get() {
          return row;
        }

        @Override
        public void close() {}
      };
    }
  }

  private static final class Replacing implements WriteBuilder, SupportsTruncate, Write, BatchWrite {
    private final List<InternalRow> rows;
    private boolean truncates;

    Replacing(List<InternalRow> rows) {
      this.rows = rows;
    }

    @Override
    public WriteBuilder truncate() {
      truncates = true;
      return this;
    }

    @Override
    public Write build() {
      return this;
    }

    @Override
    public BatchWrite toBatch() {
      return this;
    }

    @Override
    public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
      return new Writing();
    }

    @Override
    public void commit(WriterCommitMessage[] messages) {
      if (truncates) {
        rows.clear();
      }
      for (WriterCommitMessage message : messages) {
        rows.addAll(((Rows) message).rows());
      }
    }

    @Override
    public void abort(WriterCommitMessage[] messages) {}
  }

  private static final class Writing implements DataWriterFactory {
    @Override
    public DataWriter<InternalRow> createWriter(int partitionId, long taskId) {
      ArrayList<InternalRow> taken = new ArrayList<>();
      return new DataWriter<>() {
        @Override
        public void write(InternalRow row) {
          taken.add(row.copy());
        }

        @Override
        public WriterCommitMessage commit() {
          return new Rows(taken);
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
      };
    }
  }
}
