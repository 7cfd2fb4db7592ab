package dev.weft.control.model;

/** Where the mesh's roots come from. */
public interface TrustSource {

  /** Of a mesh without identities. */
  TrustSource NONE =
      new TrustSource() {
        @Override
        public TrustBundle trust() {
          return TrustBundle.NONE;
        }

        @Override
        public ModelSource.Subscription onChange(Runnable listener) {
          return () -> {};
        }
      };

  /** The roots of this moment. */
  TrustBundle trust();

  /** Told after each change, on any thread. */
  ModelSource.Subscription onChange(Runnable listener);
}
