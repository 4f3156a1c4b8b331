class Labels {
    static final int OPEN = 1;
    void f(Kind kind, int state) {
        switch (kind) {
            case DONE: break;
            //   ^ reference read Kind()
        }
        switch (state) {
            case OPEN: break;
            //   ^ reference read -
        }
        make(Order.class).pay();
        //                ^ reference call {make()|Order()}
        verify(kind, times(1)).name();
        //                     ^ reference call {verify()|Kind()}
    }
}
