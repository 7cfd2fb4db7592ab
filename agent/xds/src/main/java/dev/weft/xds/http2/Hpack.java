package dev.weft.xds.http2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Header compression without a dynamic table (RFC 7541): our settings allow the peer none, and we
 * send a few short headers once a stream.
 */
final class Hpack {

  /** Bytes of names and values in one block, decoded. */
  private static final int MOST = 64 * 1024;

  /** The static table: names, and values after an equals sign. */
  private static final String[] STATIC =
      (":authority,:method=GET,:method=POST,:path=/,:path=/index.html,:scheme=http,:scheme=https,"
              + ":status=200,:status=204,:status=206,:status=304,:status=400,:status=404,"
              + ":status=500,accept-charset,accept-encoding=gzip, deflate,accept-language,"
              + "accept-ranges,accept,access-control-allow-origin,age,allow,authorization,"
              + "cache-control,content-disposition,content-encoding,content-language,"
              + "content-length,content-location,content-range,content-type,cookie,date,etag,"
              + "expect,expires,from,host,if-match,if-modified-since,if-none-match,if-range,"
              + "if-unmodified-since,last-modified,link,location,max-forwards,proxy-authenticate,"
              + "proxy-authorization,range,referer,refresh,retry-after,server,set-cookie,"
              + "strict-transport-security,transfer-encoding,user-agent,vary,via,"
              + "www-authenticate")
          .split(",(?! )", -1);

  private final byte[] block;
  private final List<Map.Entry<String, String>> headers = new ArrayList<>();
  private int at;
  private int size;

  private Hpack(byte[] block) {
    this.block = block;
  }

  /** Header fields without indexing and without Huffman coding. */
  static byte[] encode(List<Map.Entry<String, String>> headers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, String> header : headers) {
      out.write(0);
      text(out, header.getKey());
      text(out, header.getValue());
    }
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        out.write((rest & 127) | 128);
        rest >>= 7;
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  /** The header fields of a whole block, in order. */
  static List<Map.Entry<String, String>> decode(byte[] block) throws Http2Exception {
    Hpack hpack = new Hpack(block);
    while (hpack.at < block.length) {
      hpack.field();
    }
    return hpack.headers;
  }

  private void field() throws Http2Exception {
    int first = block[at] & 0xff;
    if ((first & 0x80) != 0) {
      String[] pair = entry(number(7)).split("=", 2);
      add(pair[0], pair.length == 2 ? pair[1] : "");
    } else if ((first & 0xe0) == 0x20) {
      int wanted = number(5);
      if (wanted > 0) {
        throw Http2Exception.compression("dynamic table of " + wanted + " bytes (expected: 0)");
      }
    } else {
      // With or without indexing, there is no table to put it into.
      int index = number((first & 0x40) != 0 ? 6 : 4);
      String name = index == 0 ? text() : entry(index).split("=", 2)[0];
      add(name, text());
    }
  }

  private static String entry(int index) throws Http2Exception {
    if (index < 1 || index > STATIC.length) {
      throw Http2Exception.compression("header index " + index + " (expected: 1 to 61)");
    }
    return STATIC[index - 1];
  }

  private void add(String name, String value) throws Http2Exception {
    size += name.length() + value.length() + 32;
    if (size > MOST) {
      throw Http2Exception.calm("headers of more than " + MOST + " bytes");
    }
    headers.add(Map.entry(name, value));
  }

  private int number(int bits) throws Http2Exception {
    int most = (1 << bits) - 1;
    int value = next() & most;
    if (value < most) {
      return value;
    }
    for (int shift = 0; shift <= 21; shift += 7) {
      int more = next();
      value += (more & 127) << shift;
      if (more < 128) {
        return value;
      }
    }
    throw Http2Exception.compression("number of more than 4 bytes");
  }

  private String text() throws Http2Exception {
    boolean huffman = at < block.length && (block[at] & 0x80) != 0;
    int length = number(7);
    if (length > block.length - at) {
      throw Http2Exception.compression(
          "text of " + length + " bytes, where " + (block.length - at) + " are left");
    }
    int from = at;
    at += length;
    return huffman
        ? Huffman.decode(block, from, at)
        : new String(block, from, length, StandardCharsets.ISO_8859_1);
  }

  private int next() throws Http2Exception {
    if (at >= block.length) {
      throw Http2Exception.compression("header block ends within a field");
    }
    return block[at++] & 0xff;
  }
}
