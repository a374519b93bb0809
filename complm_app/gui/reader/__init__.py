"""The reader pane: a document's pages with citations highlighted; `pane.ReaderPane` is its face."""
