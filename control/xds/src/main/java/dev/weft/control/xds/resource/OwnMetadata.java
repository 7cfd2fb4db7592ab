package dev.weft.control.xds.resource;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.model.OutlierDetection;
import dev.weft.control.model.RetryBudget;
import dev.weft.control.model.TrafficPolicy;
import io.envoyproxy.envoy.config.core.v3.Metadata;

/**
 * What is said to agents in the metadata of clusters, because Envoy's places for it are too new for
 * what describes its messages to us.
 */
final class OwnMetadata {

  private OwnMetadata() {}

  static void add(TrafficPolicy policy, Metadata.Builder metadata) {
    Struct.Builder own = Struct.newBuilder();
    OutlierDetection outliers = policy.outlierDetection();
    if (outliers != null && !outliers.httpErrorCodes().isEmpty()) {
      ListValue.Builder codes = ListValue.newBuilder();
      for (int code : outliers.httpErrorCodes()) {
        codes.addValues(number(code));
      }
      own.putFields(
          "outlier_detection_http_error_codes", Value.newBuilder().setListValue(codes).build());
    }
    RetryBudget budget = policy.retryBudget();
    if (budget != null && !budget.interval().isZero()) {
      own.putFields("retry_budget_interval_ms", number((double) budget.interval().toMillis()));
    }
    if (own.getFieldsCount() > 0) {
      metadata.putFilterMetadata("weft", own.build());
    }
  }

  private static Value number(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }
}
