package dev.weft.xds.http2;

/** The peer broke the protocol; the connection ends. */
final class Http2Exception extends Exception {

  private static final long serialVersionUID = 1L;

  /** Error codes of RFC 9113, section 7. */
  static final int NO_ERROR = 0;

  static final int PROTOCOL_ERROR = 1;
  static final int FLOW_CONTROL_ERROR = 3;
  static final int FRAME_SIZE_ERROR = 6;
  static final int CANCEL = 8;
  static final int COMPRESSION_ERROR = 9;
  static final int ENHANCE_YOUR_CALM = 11;

  private final int code;

  private Http2Exception(int code, String message) {
    super(message);
    this.code = code;
  }

  static Http2Exception protocol(String message) {
    return new Http2Exception(PROTOCOL_ERROR, message);
  }

  static Http2Exception flowControl(String message) {
    return new Http2Exception(FLOW_CONTROL_ERROR, message);
  }

  static Http2Exception frameSize(String message) {
    return new Http2Exception(FRAME_SIZE_ERROR, message);
  }

  static Http2Exception compression(String message) {
    return new Http2Exception(COMPRESSION_ERROR, message);
  }

  /** Too much of something. */
  static Http2Exception calm(String message) {
    return new Http2Exception(ENHANCE_YOUR_CALM, message);
  }

  int code() {
    return code;
  }

  /** The name of an error code, for people. */
  static String name(int code) {
    return switch (code) {
      case NO_ERROR -> "NO_ERROR";
      case PROTOCOL_ERROR -> "PROTOCOL_ERROR";
      case 2 -> "INTERNAL_ERROR";
      case FLOW_CONTROL_ERROR -> "FLOW_CONTROL_ERROR";
      case 5 -> "STREAM_CLOSED";
      case FRAME_SIZE_ERROR -> "FRAME_SIZE_ERROR";
      case 7 -> "REFUSED_STREAM";
      case CANCEL -> "CANCEL";
      case COMPRESSION_ERROR -> "COMPRESSION_ERROR";
      case ENHANCE_YOUR_CALM -> "ENHANCE_YOUR_CALM";
      default -> "error " + code;
    };
  }
}
