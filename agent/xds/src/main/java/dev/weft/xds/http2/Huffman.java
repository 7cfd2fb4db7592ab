package dev.weft.xds.http2;

/**
 * HPACK's Huffman code (RFC 7541, appendix B). The code is canonical: within a length, codes follow
 * the order of symbols, so that the lengths say everything.
 */
final class Huffman {

  /** By symbol: the length of its code, {@code a} for 5 bits. */
  private static final String LENGTHS =
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibccccccccccccccccccccccdcdioijb"
          + "kabababbbaccbbbabcbaabccccckgjixprpprrrsrssssststtrstssss"
          + "qrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrsvvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvww"
          + "wwwxwwwwwv";

  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;

  /** Symbols in the order of their codes. */
  private static final byte[] SYMBOLS = new byte[256];

  /** By length: how many symbols have shorter codes, and how many have this length. */
  private static final int[] SHORTER = new int[LONGEST + 1];

  private static final int[] COUNT = new int[LONGEST + 1];

  static {
    int next = 0;
    for (int length = SHORTEST; length <= LONGEST; length++) {
      SHORTER[length] = next;
      for (int symbol = 0; symbol < 256; symbol++) {
        if (LENGTHS.charAt(symbol) - 'a' + SHORTEST == length) {
          SYMBOLS[next++] = (byte) symbol;
          COUNT[length]++;
        }
      }
    }
  }

  private Huffman() {}

  /** The text, one character a byte. */
  static String decode(byte[] bytes, int from, int to) throws Http2Exception {
    StringBuilder text = new StringBuilder((to - from) * 2);
    int code = 0;
    int first = 0; // the first code of the current length
    int length = 0;
    boolean ones = true;
    for (int bit = from * 8; bit < to * 8; bit++) {
      int one = bytes[bit >> 3] >> (7 - (bit & 7)) & 1;
      ones &= one == 1;
      code = code << 1 | one;
      first <<= 1;
      length++;
      if (length > LONGEST) {
        throw Http2Exception.compression("Huffman code: longer than 30 bits");
      }
      int rank = code - first;
      if (rank < COUNT[length]) {
        text.append((char) (SYMBOLS[SHORTER[length] + rank] & 0xff));
        code = 0;
        first = 0;
        length = 0;
        ones = true;
      } else {
        first += COUNT[length];
      }
    }
    if (length > 7 || !ones) {
      throw Http2Exception.compression("Huffman padding: not the start of EOS");
    }
    return text.toString();
  }
}
