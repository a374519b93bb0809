<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AnswerText</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>CacheDialog</name>
    <message>
        <source>Cache</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>no longer in the library</source>
        <translation>nicht mehr in der Bibliothek</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>CompLM keeps what it has read in a compressed form, so that the next question is answered at once. It can be made again at any time. Documents and chats are not in it.</source>
        <translation>CompLM bewahrt Gelesenes in verdichteter Form auf, damit die nächste Frage sofort beantwortet wird. Es kann jederzeit neu erzeugt werden. Dokumente und Chats sind nicht darin.</translation>
    </message>
    <message>
        <source>Check the cache</source>
        <translation>Zwischenspeicher prüfen</translation>
    </message>
    <message>
        <source>%1 of at most %2</source>
        <translation>%1 von höchstens %2</translation>
    </message>
    <message>
        <source>Rebuild</source>
        <translation>Neu anlegen</translation>
    </message>
    <message>
        <source>Rebuild all</source>
        <translation>Alles neu anlegen</translation>
    </message>
    <message>
        <source>Clear all</source>
        <translation>Alles leeren</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>The file is damaged. It is made anew when CompLM is started again.</source>
        <translation>Die Datei ist beschädigt. Sie wird beim nächsten Start von CompLM neu angelegt.</translation>
    </message>
    <message>
        <source>%1 of %2 entries were damaged and have been removed.</source>
        <translation>%1 von %2 Einträgen waren beschädigt und wurden entfernt.</translation>
    </message>
    <message>
        <source>All %1 entries are sound.</source>
        <translation>Alle %1 Einträge sind unversehrt.</translation>
    </message>
    <message>
        <source>Clear all of the cache? The documents have to be compressed again.</source>
        <translation>Den ganzen Zwischenspeicher leeren? Die Dokumente müssen dann neu verdichtet werden.</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>Zwischenspeicher leeren</translation>
    </message>
    <message>
        <source>The next answers about these documents take longer.</source>
        <translation>Die nächsten Antworten zu diesen Dokumenten dauern länger.</translation>
    </message>
    <message>
        <source>The cache is empty. The next answers take longer.</source>
        <translation>Der Zwischenspeicher ist leer. Die nächsten Antworten dauern länger.</translation>
    </message>
    <message>
        <source>Compress all documents again? Until then, answers take longer.</source>
        <translation>Alle Dokumente neu verdichten? Bis dahin dauern Antworten länger.</translation>
    </message>
    <message>
        <source>Rebuild the cache</source>
        <translation>Zwischenspeicher neu anlegen</translation>
    </message>
    <message>
        <source>The documents are compressed again.</source>
        <translation>Die Dokumente werden neu verdichtet.</translation>
    </message>
</context>
<context>
    <name>CacheList</name>
    <message>
        <source>What is kept</source>
        <translation>Was aufbewahrt wird</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
</context>
<context>
    <name>ChatDesk</name>
    <message>
        <source>Looking through the documents</source>
        <translation>Dokumente werden durchsucht</translation>
    </message>
    <message>
        <source>This collection is empty.</source>
        <translation>Diese Sammlung ist leer.</translation>
    </message>
    <message>
        <source>Drag documents into it, or choose others.</source>
        <translation>Ziehen Sie Dokumente hinein, oder wählen Sie andere.</translation>
    </message>
    <message>
        <source>The library is empty.</source>
        <translation>Die Bibliothek ist leer.</translation>
    </message>
    <message>
        <source>Add a document, then ask.</source>
        <translation>Fügen Sie ein Dokument hinzu und fragen Sie dann.</translation>
    </message>
    <message>
        <source>This document could not be read.</source>
        <translation>Dieses Dokument konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Its row in the library says why. Or choose another document.</source>
        <translation>Der Grund steht in der Bibliothek. Oder wählen Sie ein anderes Dokument.</translation>
    </message>
    <message>
        <source>This document is still being read.</source>
        <translation>Dieses Dokument wird noch gelesen.</translation>
    </message>
    <message>
        <source>Ask again in a moment.</source>
        <translation>Fragen Sie gleich noch einmal.</translation>
    </message>
    <message>
        <source>The answer failed because of a bug in CompLM.</source>
        <translation>Die Antwort ist wegen eines Fehlers in CompLM ausgeblieben.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>%1 konnte nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
</context>
<context>
    <name>ChatPane</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>More about this chat</source>
        <translation>Mehr zu diesem Chat</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
</context>
<context>
    <name>CollectionDesk</name>
    <message>
        <source>New collection</source>
        <translation>Neue Sammlung</translation>
    </message>
    <message>
        <source>Rename collection</source>
        <translation>Sammlung umbenennen</translation>
    </message>
    <message>
        <source>Name of the collection</source>
        <translation>Name der Sammlung</translation>
    </message>
    <message>
        <source>Delete the collection “%1”? Its documents stay in the library.</source>
        <translation>Die Sammlung „%1“ löschen? Ihre Dokumente bleiben in der Bibliothek.</translation>
    </message>
    <message>
        <source>Delete collection</source>
        <translation>Sammlung löschen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Asking</source>
        <translation>Gefragt wird</translation>
    </message>
    <message>
        <source>Ask about these documents</source>
        <translation>Zu diesen Dokumenten fragen</translation>
    </message>
    <message>
        <source>Ask about this document</source>
        <translation>Zu diesem Dokument fragen</translation>
    </message>
    <message>
        <source>the whole library</source>
        <translation>die ganze Bibliothek</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
</context>
<context>
    <name>ConversationView</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Ask a question. The answer comes with the pages that it stands on.</source>
        <translation>Stellen Sie eine Frage. Die Antwort nennt die Seiten, auf denen sie beruht.</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>This is a bug in CompLM, not something that you did. Your documents and chats are safe. The report below stays on this computer unless you send it.</source>
        <translation>Das ist ein Fehler in CompLM; Sie haben nichts falsch gemacht. Ihre Dokumente und Chats sind sicher. Der Bericht unten bleibt auf diesem Computer, solange Sie ihn nicht verschicken.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
</context>
<context>
    <name>EmptyLibrary</name>
    <message>
        <source>Your library is empty.

Drop PDFs or folders here.</source>
        <translation>Ihre Bibliothek ist leer.

PDFs oder Ordner hier ablegen.</translation>
    </message>
    <message>
        <source>Open the demo report</source>
        <translation>Beispielbericht öffnen</translation>
    </message>
</context>
<context>
    <name>FailedDocuments</name>
    <message>
        <source>%1 could not be read.</source>
        <translation>%1 konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Click one of them in the library to see why.</source>
        <translation>Ein Klick auf eines davon in der Bibliothek zeigt, warum.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>Folding</name>
    <message>
        <source>Document or chat</source>
        <translation>Dokument oder Chat</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>No chat has this in it</source>
        <translation>Kein Chat enthält das</translation>
    </message>
    <message>
        <source>Back to the chat</source>
        <translation>Zurück zum Chat</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>Noch keine Chats</translation>
    </message>
    <message>
        <source>Rename...</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>LibraryMenus</name>
    <message>
        <source>Remove from library</source>
        <translation>Aus der Bibliothek entfernen</translation>
    </message>
    <message>
        <source>Rename collection...</source>
        <translation>Sammlung umbenennen …</translation>
    </message>
    <message>
        <source>New collection...</source>
        <translation>Neue Sammlung …</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>In der Dateiverwaltung zeigen</translation>
    </message>
    <message>
        <source>Enter password...</source>
        <translation>Passwort eingeben …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Add to collection</source>
        <translation>Zu einer Sammlung hinzufügen</translation>
    </message>
    <message>
        <source>Take out of “%1”</source>
        <translation>Aus „%1“ herausnehmen</translation>
    </message>
    <message>
        <source>Ask about these documents</source>
        <translation>Zu diesen Dokumenten fragen</translation>
    </message>
    <message>
        <source>Stop watching the folder</source>
        <translation>Ordner nicht mehr überwachen</translation>
    </message>
    <message>
        <source>Rename...</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Delete collection</source>
        <translation>Sammlung löschen</translation>
    </message>
    <message>
        <source>Sort by date added</source>
        <translation>Nach Datum des Hinzufügens</translation>
    </message>
    <message>
        <source>Sort by title</source>
        <translation>Nach Titel</translation>
    </message>
    <message>
        <source>Sort by length</source>
        <translation>Nach Länge</translation>
    </message>
</context>
<context>
    <name>LibraryPane</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Drop PDFs or folders anywhere</source>
        <translation>PDFs und Ordner hier ablegen</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Filter documents</source>
        <translation>Dokumente filtern</translation>
    </message>
    <message>
        <source>Add documents</source>
        <translation>Dokumente hinzufügen</translation>
    </message>
    <message>
        <source>No document has this in its name</source>
        <translation>Kein Dokument heißt so</translation>
    </message>
    <message>
        <source>%1 removed</source>
        <translation>%1 entfernt</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>Links</name>
    <message>
        <source>This link leads out of the document. Open it in the browser?</source>
        <translation>Dieser Link führt aus dem Dokument hinaus. Im Browser öffnen?</translation>
    </message>
    <message>
        <source>This link leads to something that is not opened from here.</source>
        <translation>Dieser Link führt zu etwas, das von hier aus nicht geöffnet wird.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>This document is no longer in the library.</source>
        <translation>Dieses Dokument ist nicht mehr in der Bibliothek.</translation>
    </message>
    <message>
        <source>Add it again to open the page.</source>
        <translation>Fügen Sie es wieder hinzu, um die Seite zu öffnen.</translation>
    </message>
    <message>
        <source>The cache was damaged and has been made anew.</source>
        <translation>Der Zwischenspeicher war beschädigt und wurde neu angelegt.</translation>
    </message>
    <message>
        <source>Documents and chats are not in it. The next answers take longer.</source>
        <translation>Dokumente und Chats sind nicht darin. Die nächsten Antworten dauern länger.</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Add documents...</source>
        <translation>Dokumente hinzufügen …</translation>
    </message>
    <message>
        <source>Add a folder...</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Watch a folder...</source>
        <translation>Ordner überwachen …</translation>
    </message>
    <message>
        <source>New collection...</source>
        <translation>Neue Sammlung …</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>In der Dateiverwaltung zeigen</translation>
    </message>
    <message>
        <source>Pause reading and compressing</source>
        <translation>Lesen und Verdichten anhalten</translation>
    </message>
    <message>
        <source>Stop this work</source>
        <translation>Diese Arbeit abbrechen</translation>
    </message>
    <message>
        <source>Export chat...</source>
        <translation>Chat exportieren …</translation>
    </message>
    <message>
        <source>Settings...</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Models...</source>
        <translation>Modelle …</translation>
    </message>
    <message>
        <source>Cache...</source>
        <translation>Zwischenspeicher …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Documents (*.pdf *.txt *.md *.markdown);;All files (*)</source>
        <translation>Dokumente (*.pdf *.txt *.md *.markdown);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add documents</source>
        <translation>Dokumente hinzufügen</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Watch a folder</source>
        <translation>Ordner überwachen</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Copy last answer</source>
        <translation>Letzte Antwort kopieren</translation>
    </message>
    <message>
        <source>Filter documents</source>
        <translation>Dokumente filtern</translation>
    </message>
    <message>
        <source>Write a question</source>
        <translation>Frage schreiben</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Sort documents</source>
        <translation>Dokumente sortieren</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>&amp;Chat</source>
        <translation>&amp;Chat</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Ask the whole library</source>
        <translation>Die ganze Bibliothek fragen</translation>
    </message>
    <message>
        <source>Stop answering</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Noch einmal fragen</translation>
    </message>
    <message>
        <source>Rename chat...</source>
        <translation>Chat umbenennen …</translation>
    </message>
    <message>
        <source>Delete chat</source>
        <translation>Chat löschen</translation>
    </message>
    <message>
        <source>Rename chat</source>
        <translation>Chat umbenennen</translation>
    </message>
    <message>
        <source>Name of the chat</source>
        <translation>Name des Chats</translation>
    </message>
    <message>
        <source>Delete this chat? Its questions and answers cannot be brought back.</source>
        <translation>Diesen Chat löschen? Seine Fragen und Antworten lassen sich nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export chat</source>
        <translation>Chat exportieren</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>About CompLM</source>
        <translation>Über CompLM</translation>
    </message>
    <message>
        <source>Ask questions about large documents. Everything stays on this computer.</source>
        <translation>Stellen Sie Fragen zu großen Dokumenten. Alles bleibt auf diesem Computer.</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Add a folder...</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Another model&apos;s name on the hub: Qwen/Qwen3-8B</source>
        <translation>Name eines anderen Modells im Hub: Qwen/Qwen3-8B</translation>
    </message>
    <message>
        <source>Name of a model on the hub</source>
        <translation>Name eines Modells im Hub</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>On their way</source>
        <translation>Unterwegs</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>Empfohlen</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Delete what has arrived</source>
        <translation>Bereits Geladenes löschen</translation>
    </message>
    <message>
        <source>CompLM is set to stay offline.</source>
        <translation>CompLM soll offline bleiben.</translation>
    </message>
    <message>
        <source>Only the model is fetched. Documents and questions stay here.</source>
        <translation>Nur das Modell wird geholt. Dokumente und Fragen bleiben hier.</translation>
    </message>
    <message>
        <source>Allow downloads</source>
        <translation>Herunterladen erlauben</translation>
    </message>
    <message>
        <source>Add a model&apos;s folder</source>
        <translation>Ordner eines Modells hinzufügen</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>Modell hinzufügen</translation>
    </message>
    <message>
        <source>Use the model where it is, or copy it into CompLM&apos;s folder?</source>
        <translation>Das Modell an seinem Ort verwenden, oder in den Ordner von CompLM kopieren?</translation>
    </message>
    <message>
        <source>Use where it is</source>
        <translation>An seinem Ort verwenden</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Remove %1? A model that is used where it is stays on the disk.</source>
        <translation>%1 entfernen? Ein Modell, das an seinem Ort verwendet wird, bleibt auf dem Datenträger.</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>Modell entfernen</translation>
    </message>
</context>
<context>
    <name>OutlinePopup</name>
    <message>
        <source>Outline</source>
        <translation>Gliederung</translation>
    </message>
</context>
<context>
    <name>PageField</name>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Page: enter a printed page number</source>
        <translation>Seite: gedruckte Seitenzahl eingeben</translation>
    </message>
    <message>
        <source>{page} / {pages}</source>
        <translation>{page} / {pages}</translation>
    </message>
</context>
<context>
    <name>QuestionBox</name>
    <message>
        <source>Ask about these documents</source>
        <translation>Zu diesen Dokumenten fragen</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>Ihre Frage</translation>
    </message>
</context>
<context>
    <name>QuoteBlock</name>
    <message>
        <source>word for word on page %1</source>
        <translation>wörtlich auf Seite %1</translation>
    </message>
    <message>
        <source>not found word for word; read on page %1</source>
        <translation>nicht wörtlich gefunden; gelesen auf Seite %1</translation>
    </message>
</context>
<context>
    <name>ReaderActions</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vorwärts</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>Nächste Seite</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>Vorherige Seite</translation>
    </message>
    <message>
        <source>First page</source>
        <translation>Erste Seite</translation>
    </message>
    <message>
        <source>Last page</source>
        <translation>Letzte Seite</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Fit width</source>
        <translation>An Breite anpassen</translation>
    </message>
    <message>
        <source>Fit page</source>
        <translation>An Seite anpassen</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>Find in document</source>
        <translation>Im Dokument suchen</translation>
    </message>
    <message>
        <source>Find next</source>
        <translation>Weitersuchen</translation>
    </message>
    <message>
        <source>Find previous</source>
        <translation>Rückwärts weitersuchen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Select all on page</source>
        <translation>Ganze Seite auswählen</translation>
    </message>
</context>
<context>
    <name>ReaderHeader</name>
    <message>
        <source>Title of the document</source>
        <translation>Titel des Dokuments</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>Gliederung</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
</context>
<context>
    <name>ReaderPane</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Open a document from the library</source>
        <translation>Öffnen Sie ein Dokument aus der Bibliothek</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Wird geöffnet</translation>
    </message>
</context>
<context>
    <name>Reading</name>
    <message>
        <source>The document has changed since this answer was given.</source>
        <translation>Das Dokument hat sich seit dieser Antwort geändert.</translation>
    </message>
    <message>
        <source>The passage that it stands on is no longer in it.</source>
        <translation>Die Textstelle, auf der sie beruht, ist nicht mehr darin.</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Find in document</source>
        <translation>Im Dokument suchen</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>Groß-/Kleinschreibung beachten</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>Treffer</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Vorheriger Treffer</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Wird gesucht</translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>Keine Treffer</translation>
    </message>
    <message>
        <source>1 match</source>
        <translation>1 Treffer</translation>
    </message>
    <message numerus="yes">
        <source>%n matches</source>
        <translation>
            <numerusform>%n Treffer</numerusform>
            <numerusform>%n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} of {total}</source>
        <translation>{number} von {total}</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget the access token</source>
        <translation>Zugangstoken vergessen</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicherplatz</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>Die Sprache wechselt beim nächsten Start.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>As the model prefers</source>
        <translation>Wie es das Modell vorzieht</translation>
    </message>
    <message>
        <source>1: read every word, no compression</source>
        <translation>1: jedes Wort lesen, nichts verdichten</translation>
    </message>
    <message>
        <source>2: half the length</source>
        <translation>2: halbe Länge</translation>
    </message>
    <message>
        <source>4: a quarter of the length</source>
        <translation>4: ein Viertel der Länge</translation>
    </message>
    <message>
        <source>8: an eighth of the length</source>
        <translation>8: ein Achtel der Länge</translation>
    </message>
    <message>
        <source>Compression</source>
        <translation>Verdichtung</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Tokens</translation>
    </message>
    <message>
        <source>Best available</source>
        <translation>Bestes verfügbares</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>Prozessor (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA-Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Apple-Grafik (MPS)</translation>
    </message>
    <message>
        <source>Best fitting</source>
        <translation>Am besten passende</translation>
    </message>
    <message>
        <source>None: full size</source>
        <translation>Keine: volle Größe</translation>
    </message>
    <message>
        <source>8 bit (FP8)</source>
        <translation>8 Bit (FP8)</translation>
    </message>
    <message>
        <source>8 bit (LLM.int8)</source>
        <translation>8 Bit (LLM.int8)</translation>
    </message>
    <message>
        <source>4 bit (NF4)</source>
        <translation>4 Bit (NF4)</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>Läuft auf</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Never use the network</source>
        <translation>Nie das Netzwerk verwenden</translation>
    </message>
    <message>
        <source>Where models are downloaded from. Also gets the token.</source>
        <translation>Von hier werden Modelle heruntergeladen. Der Server erhält auch das Token.</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Zugangstoken</translation>
    </message>
    <message>
        <source>For models whose conditions you have accepted on the hub.</source>
        <translation>Für Modelle, deren Bedingungen Sie im Hub zugestimmt haben.</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Privatsphäre</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Spiegelserver</translation>
    </message>
    <message>
        <source>Cache up to</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>Platz sparen</translation>
    </message>
    <message>
        <source>Store documents in 8 bits</source>
        <translation>Dokumente in 8 Bit speichern</translation>
    </message>
    <message>
        <source>Store what was read in 8 bits</source>
        <translation>Gelesenes in 8 Bit speichern</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Datenordner</translation>
    </message>
    <message>
        <source>Models...</source>
        <translation>Modelle …</translation>
    </message>
    <message>
        <source>A mirror is %1.</source>
        <translation>Ein Spiegelserver ist %1.</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>None stored</source>
        <translation>Keines gespeichert</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the data folder</source>
        <translation>Datenordner öffnen</translation>
    </message>
    <message>
        <source>Half the room on disk. Answers may differ a little.</source>
        <translation>Halb so viel Platz auf der Festplatte. Antworten können etwas anders ausfallen.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop this work</source>
        <translation>Diese Arbeit abbrechen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Compressing %1</source>
        <translation>%1 wird verdichtet</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>%1 wird gelesen</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>%1 warten</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>What reading and answering take of this computer&apos;s memory</source>
        <translation>Was Lesen und Antworten vom Arbeitsspeicher dieses Computers belegen</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
</context>
<context>
    <name>TransferLine</name>
    <message>
        <source>%1 waiting</source>
        <translation>%1 warten</translation>
    </message>
    <message>
        <source>A model could not be added</source>
        <translation>Ein Modell konnte nicht hinzugefügt werden</translation>
    </message>
    <message>
        <source>%1 can be used now</source>
        <translation>%1 kann jetzt benutzt werden</translation>
    </message>
    <message>
        <source>Adding %1</source>
        <translation>%1 wird hinzugefügt</translation>
    </message>
    <message>
        <source>Downloading %1</source>
        <translation>%1 wird heruntergeladen</translation>
    </message>
</context>
<context>
    <name>TurnView</name>
    <message>
        <source>Question: %1</source>
        <translation>Frage: %1</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Ask this again</source>
        <translation>Noch einmal fragen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Source %1, page %2</source>
        <translation>Quelle %1, Seite %2</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>A collection needs a name.</source>
        <translation>Eine Sammlung braucht einen Namen.</translation>
    </message>
    <message>
        <source>A name looks like this: Qwen/Qwen3-0.6B.</source>
        <translation>Ein Name sieht so aus: Qwen/Qwen3-0.6B.</translation>
    </message>
    <message>
        <source>A value in {file} makes no sense.</source>
        <translation>Ein Wert in {file} ergibt keinen Sinn.</translation>
    </message>
    <message>
        <source>Accept them at {page}, make an access token under the hub&apos;s Settings &gt; Access Tokens, and store it in CompLM&apos;s settings or in the variable HF_TOKEN.</source>
        <translation>Stimmen Sie ihnen auf {page} zu, erstellen Sie im Hub unter Settings &gt; Access Tokens ein Zugangstoken und speichern Sie es in den Einstellungen von CompLM oder in der Variablen HF_TOKEN.</translation>
    </message>
    <message>
        <source>Add a document, then ask.</source>
        <translation>Fügen Sie ein Dokument hinzu und fragen Sie dann.</translation>
    </message>
    <message>
        <source>Add it again with its password.</source>
        <translation>Fügen Sie es mit seinem Passwort noch einmal hinzu.</translation>
    </message>
    <message>
        <source>Add the file first, or give an id or a name from the list of documents.</source>
        <translation>Fügen Sie die Datei zuerst hinzu, oder geben Sie eine Kennung oder einen Namen aus der Dokumentliste an.</translation>
    </message>
    <message>
        <source>Allowed is {allowed}.</source>
        <translation>Erlaubt ist: {allowed}.</translation>
    </message>
    <message>
        <source>Ask a shorter question, or use a higher ratio.</source>
        <translation>Stellen Sie eine kürzere Frage, oder verwenden Sie einen höheren Verdichtungsgrad.</translation>
    </message>
    <message>
        <source>Ask about fewer documents, or use a higher compression ratio.</source>
        <translation>Fragen Sie zu weniger Dokumenten, oder verwenden Sie einen höheren Verdichtungsgrad.</translation>
    </message>
    <message>
        <source>Ask about fewer documents, use a higher compression ratio, or close other programs.</source>
        <translation>Fragen Sie zu weniger Dokumenten, verwenden Sie einen höheren Verdichtungsgrad, oder schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Ask without earlier turns.</source>
        <translation>Fragen Sie ohne die früheren Fragen und Antworten.</translation>
    </message>
    <message>
        <source>Change the file&apos;s permissions or copy it.</source>
        <translation>Ändern Sie die Zugriffsrechte der Datei, oder kopieren Sie sie.</translation>
    </message>
    <message>
        <source>Change the file&apos;s permissions, or copy it.</source>
        <translation>Ändern Sie die Zugriffsrechte der Datei, oder kopieren Sie sie.</translation>
    </message>
    <message>
        <source>Check capital letters and the keyboard&apos;s language, and try again.</source>
        <translation>Prüfen Sie Groß- und Kleinschreibung und die Tastaturbelegung, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Check that it is the right file.</source>
        <translation>Prüfen Sie, ob es die richtige Datei ist.</translation>
    </message>
    <message>
        <source>Check that the file can be opened by you.</source>
        <translation>Prüfen Sie, ob Sie die Datei öffnen dürfen.</translation>
    </message>
    <message>
        <source>Check that the folder exists and that you may write to it, or choose another with --data-dir.</source>
        <translation>Prüfen Sie, ob es den Ordner gibt und ob Sie darin schreiben dürfen, oder wählen Sie mit --data-dir einen anderen.</translation>
    </message>
    <message>
        <source>Check that you may write to this folder.</source>
        <translation>Prüfen Sie, ob Sie in diesem Ordner schreiben dürfen.</translation>
    </message>
    <message>
        <source>Check the disk&apos;s space and that you may write to this folder.</source>
        <translation>Prüfen Sie den freien Speicherplatz und ob Sie in diesem Ordner schreiben dürfen.</translation>
    </message>
    <message>
        <source>Check the disk, its free space and its connection, and try again.</source>
        <translation>Prüfen Sie den Datenträger, seinen freien Platz und seine Verbindung, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Check the disk, or copy the file.</source>
        <translation>Prüfen Sie den Datenträger, oder kopieren Sie die Datei.</translation>
    </message>
    <message>
        <source>Check the name&apos;s spelling. For a private model store an access token in the settings.</source>
        <translation>Prüfen Sie die Schreibweise des Namens. Für ein privates Modell speichern Sie in den Einstellungen ein Zugangstoken.</translation>
    </message>
    <message>
        <source>Check the name.</source>
        <translation>Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>Check the network connection, or set a mirror in the settings. What has arrived is kept.</source>
        <translation>Prüfen Sie die Netzwerkverbindung, oder legen Sie in den Einstellungen einen Spiegelserver fest. Was angekommen ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>Check the path: {folder} was searched.</source>
        <translation>Prüfen Sie den Pfad: gesucht wurde in {folder}.</translation>
    </message>
    <message>
        <source>Choose a PDF or text file.</source>
        <translation>Wählen Sie eine PDF- oder Textdatei.</translation>
    </message>
    <message>
        <source>Choose a document that has some.</source>
        <translation>Wählen Sie ein Dokument, das Text enthält.</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to with --data-dir.</source>
        <translation>Wählen Sie mit --data-dir einen Ordner, in dem Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Choose a folder with a model.</source>
        <translation>Wählen Sie einen Ordner, der ein Modell enthält.</translation>
    </message>
    <message>
        <source>Choose a language model in the layout of the transformers library.</source>
        <translation>Wählen Sie ein Sprachmodell im Format der Bibliothek transformers.</translation>
    </message>
    <message>
        <source>Choose a language model such as Qwen3, Llama, Gemma 3 or Mistral.</source>
        <translation>Wählen Sie ein Sprachmodell wie Qwen3, Llama, Gemma 3 oder Mistral.</translation>
    </message>
    <message>
        <source>Choose a language model such as Qwen3.</source>
        <translation>Wählen Sie ein Sprachmodell wie Qwen3.</translation>
    </message>
    <message>
        <source>Choose a single document.</source>
        <translation>Wählen Sie ein einzelnes Dokument.</translation>
    </message>
    <message>
        <source>Choose another model, or repair chat_template in tokenizer_config.json.</source>
        <translation>Wählen Sie ein anderes Modell, oder reparieren Sie chat_template in tokenizer_config.json.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Choose another quantization, or get the version of it that is not quantized.</source>
        <translation>Wählen Sie eine andere Quantisierung, oder holen Sie die Fassung, die nicht quantisiert ist.</translation>
    </message>
    <message>
        <source>Choose another quantization: auto, or nf4 to save memory.</source>
        <translation>Wählen Sie eine andere Quantisierung: auto, oder nf4, um Speicher zu sparen.</translation>
    </message>
    <message>
        <source>Choose the files in it.</source>
        <translation>Wählen Sie die Dateien darin.</translation>
    </message>
    <message>
        <source>Choose the instruction-tuned version of this model.</source>
        <translation>Wählen Sie die auf Anweisungen trainierte Fassung dieses Modells (Instruct).</translation>
    </message>
    <message>
        <source>Choose the version that is not quantized: CompLM quantizes it when it is loaded.</source>
        <translation>Wählen Sie die nicht quantisierte Fassung: CompLM quantisiert sie beim Laden.</translation>
    </message>
    <message>
        <source>Close other CompLM windows or commands that use the same data folder, and try again.</source>
        <translation>Schließen Sie andere Fenster und Befehle von CompLM, die denselben Datenordner verwenden, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Close other CompLM windows or commands, or delete the file yourself.</source>
        <translation>Schließen Sie andere Fenster und Befehle von CompLM, oder löschen Sie die Datei selbst.</translation>
    </message>
    <message>
        <source>Close other programs that use the graphics card.</source>
        <translation>Schließen Sie andere Programme, die die Grafikkarte verwenden.</translation>
    </message>
    <message>
        <source>Close other programs, ask about fewer documents, or choose a smaller model.</source>
        <translation>Schließen Sie andere Programme, fragen Sie nach weniger Dokumenten oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model, or set the quantization to NF4 in the settings.</source>
        <translation>Schließen Sie andere Programme, wählen Sie ein kleineres Modell, oder stellen Sie in den Einstellungen die Quantisierung NF4 ein.</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller model: one needs a single device.</source>
        <translation>Schließen Sie andere Programme oder wählen Sie ein kleineres Modell: Ein Modell braucht ein einziges Gerät.</translation>
    </message>
    <message>
        <source>Copy it again from the hub&apos;s page Settings &gt; Access Tokens.</source>
        <translation>Kopieren Sie es noch einmal von der Seite Settings &gt; Access Tokens des Hubs.</translation>
    </message>
    <message>
        <source>Correct the file, or delete it.</source>
        <translation>Korrigieren Sie die Datei, oder löschen Sie sie.</translation>
    </message>
    <message>
        <source>Delete the file, then add the models again.</source>
        <translation>Löschen Sie die Datei, und fügen Sie die Modelle dann wieder hinzu.</translation>
    </message>
    <message>
        <source>Devices: {devices}. Quantizations: {quantizations}.</source>
        <translation>Geräte: {devices}. Quantisierungen: {quantizations}.</translation>
    </message>
    <message>
        <source>Download it again: what has not changed is kept.</source>
        <translation>Laden Sie es noch einmal herunter: was sich nicht geändert hat, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Download or copy it again, or save it again with a PDF viewer.</source>
        <translation>Laden oder kopieren Sie die Datei noch einmal, oder speichern Sie sie mit einem PDF-Programm neu.</translation>
    </message>
    <message>
        <source>Download or copy it again.</source>
        <translation>Laden oder kopieren Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>Download the model again: what arrived whole is kept, only this file is fetched anew.</source>
        <translation>Laden Sie das Modell noch einmal herunter: was unbeschädigt ankam, bleibt erhalten, nur diese Datei wird neu geholt.</translation>
    </message>
    <message>
        <source>Enter its password to read it.</source>
        <translation>Geben Sie das Passwort ein, um es zu lesen.</translation>
    </message>
    <message>
        <source>FP8 needs a graphics card that computes in it: NVIDIA&apos;s RTX 40, L4, H100 or later.</source>
        <translation>FP8 braucht eine Grafikkarte, die damit rechnet: NVIDIA RTX 40, L4, H100 oder neuer.</translation>
    </message>
    <message>
        <source>Free some disk space, or move the data folder with --data-dir, and try again.</source>
        <translation>Schaffen Sie Platz auf dem Datenträger, oder verlegen Sie den Datenordner mit --data-dir, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Free some space, or choose a smaller model.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>Free some space, then try again: what is there is kept.</source>
        <translation>Schaffen Sie Platz, und versuchen Sie es noch einmal: was da ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Get the model again in the safetensors format; other formats can run foreign code.</source>
        <translation>Beschaffen Sie das Modell im Format safetensors; andere Formate können fremden Code ausführen.</translation>
    </message>
    <message>
        <source>Get the model again, or choose another one.</source>
        <translation>Beschaffen Sie das Modell noch einmal, oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Give the id of one: {ids}.</source>
        <translation>Geben Sie die Kennung von einem an: {ids}.</translation>
    </message>
    <message>
        <source>Install what is missing, for example with: sudo apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1</source>
        <translation>Installieren Sie, was fehlt, zum Beispiel mit: sudo apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1</translation>
    </message>
    <message>
        <source>It starts again when it is needed. If this happens again, close other programs: there may be too little memory.</source>
        <translation>Er startet wieder, wenn er gebraucht wird. Falls das noch einmal geschieht, schließen Sie andere Programme: vielleicht fehlt Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>It was moved, renamed or deleted. Put it back, or add it from its new place.</source>
        <translation>Die Datei wurde verschoben, umbenannt oder gelöscht. Legen Sie sie zurück, oder fügen Sie sie von ihrem neuen Ort hinzu.</translation>
    </message>
    <message>
        <source>Make a new one and store it in Settings.</source>
        <translation>Erstellen Sie ein neues, und speichern Sie es in den Einstellungen.</translation>
    </message>
    <message>
        <source>Only models that were added or downloaded can be removed.</source>
        <translation>Nur Modelle, die hinzugefügt oder heruntergeladen wurden, können entfernt werden.</translation>
    </message>
    <message>
        <source>Open it in another program to check, or get it again.</source>
        <translation>Öffnen Sie die Datei zur Probe in einem anderen Programm, oder beschaffen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Open it in the program it was made for and save a copy without protection.</source>
        <translation>Öffnen Sie die Datei in dem Programm, für das sie gemacht ist, und speichern Sie eine Kopie ohne Schutz.</translation>
    </message>
    <message>
        <source>Open it once where you may write it, or choose another folder with --data-dir.</source>
        <translation>Öffnen Sie sie einmal, wo Sie sie schreiben dürfen, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Open {page} in a browser, sign in, and accept the conditions. Then try again.</source>
        <translation>Öffnen Sie {page} in einem Browser, melden Sie sich an, und stimmen Sie den Bedingungen zu. Versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Other formats can run foreign code or need another program. Look for a version of this model that has safetensors files.</source>
        <translation>Andere Formate können fremden Code ausführen oder brauchen ein anderes Programm. Suchen Sie eine Fassung dieses Modells mit safetensors-Dateien.</translation>
    </message>
    <message>
        <source>Ratios that it has: {listed} (1 reads everything word for word).</source>
        <translation>Vorhandene Verdichtungsgrade: {listed} (1 liest alles Wort für Wort).</translation>
    </message>
    <message>
        <source>Reading {file} failed: the file is damaged or needs too much memory.</source>
        <translation>{file} konnte nicht gelesen werden: die Datei ist beschädigt oder braucht zu viel Speicher.</translation>
    </message>
    <message>
        <source>Remove it first, or rename the folder.</source>
        <translation>Entfernen Sie es zuerst, oder benennen Sie den Ordner um.</translation>
    </message>
    <message>
        <source>Remove it from the environment, then start CompLM again.</source>
        <translation>Entfernen Sie sie aus der Umgebung, und starten Sie CompLM dann neu.</translation>
    </message>
    <message>
        <source>Remove it. There are: {known}.</source>
        <translation>Entfernen Sie sie. Es gibt: {known}.</translation>
    </message>
    <message>
        <source>Remove the folder to use the model without a compressor, or train it again.</source>
        <translation>Entfernen Sie den Ordner, um das Modell ohne Verdichter zu verwenden, oder trainieren Sie ihn neu.</translation>
    </message>
    <message>
        <source>Repair or delete it.</source>
        <translation>Reparieren Sie die Datei, oder löschen Sie sie.</translation>
    </message>
    <message>
        <source>Run text recognition (OCR) on it, for example with ocrmypdf, and add the result.</source>
        <translation>Wenden Sie eine Texterkennung (OCR) darauf an, zum Beispiel mit ocrmypdf, und fügen Sie das Ergebnis hinzu.</translation>
    </message>
    <message>
        <source>Run text recognition (OCR) on it, or save it again from the program that made it.</source>
        <translation>Wenden Sie eine Texterkennung (OCR) darauf an, oder speichern Sie die Datei mit dem ursprünglichen Programm neu.</translation>
    </message>
    <message>
        <source>Save an unprotected copy with the program that made it, and add that.</source>
        <translation>Speichern Sie mit dem ursprünglichen Programm eine ungeschützte Kopie, und fügen Sie diese hinzu.</translation>
    </message>
    <message>
        <source>Save it again with a PDF viewer (“Print to PDF”), or split it.</source>
        <translation>Speichern Sie die Datei mit einem PDF-Programm neu („Als PDF drucken“), oder teilen Sie sie auf.</translation>
    </message>
    <message>
        <source>Save it as PDF first.</source>
        <translation>Speichern Sie die Datei zuerst als PDF.</translation>
    </message>
    <message>
        <source>Save it as PDF, or as text in UTF-8.</source>
        <translation>Speichern Sie die Datei als PDF, oder als Text in UTF-8.</translation>
    </message>
    <message>
        <source>See the list of documents and their pages.</source>
        <translation>Sehen Sie in der Liste der Dokumente und ihrer Seiten nach.</translation>
    </message>
    <message>
        <source>Split it into smaller files, or save it again with another program.</source>
        <translation>Teilen Sie die Datei in kleinere auf, oder speichern Sie sie mit einem anderen Programm neu.</translation>
    </message>
    <message>
        <source>Split it into smaller files.</source>
        <translation>Teilen Sie die Datei in kleinere auf.</translation>
    </message>
    <message>
        <source>Start a new one.</source>
        <translation>Beginnen Sie einen neuen.</translation>
    </message>
    <message>
        <source>Start again: the file is then made anew. Documents and chats are not in it; what is lost is computed again.</source>
        <translation>Starten Sie neu: die Datei wird dann neu angelegt. Dokumente und Chats sind nicht darin; was verloren ist, wird neu berechnet.</translation>
    </message>
    <message>
        <source>Store it in the settings again.</source>
        <translation>Speichern Sie es noch einmal in den Einstellungen.</translation>
    </message>
    <message>
        <source>Switch off “Never use the network” in the settings (offline = false), then try again.</source>
        <translation>Schalten Sie in den Einstellungen „Nie das Netzwerk verwenden“ aus (offline = false), und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The access token cannot be written to {file}: {reason}.</source>
        <translation>Das Zugangstoken kann nicht in {file} geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The access token in {file} cannot be read.</source>
        <translation>Das Zugangstoken in {file} kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The compressor in {folder} cannot be read: {reason}</source>
        <translation>Der Verdichter in {folder} kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>The compressor in {folder} cannot be read: {reason}.</source>
        <translation>Der Verdichter in {folder} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The compressor in {folder} does not fit the model: {reason}.</source>
        <translation>Der Verdichter in {folder} passt nicht zum Modell: {reason}.</translation>
    </message>
    <message>
        <source>The copy needs {needed:.1f} GB, and {free:.1f} GB are free.</source>
        <translation>Die Kopie braucht {needed:.1f} GB, frei sind {free:.1f} GB.</translation>
    </message>
    <message>
        <source>The disk failed while {path} was used ({reason}).</source>
        <translation>Der Datenträger hat versagt, während {path} benutzt wurde ({reason}).</translation>
    </message>
    <message>
        <source>The disk with {folder} is full.</source>
        <translation>Der Datenträger mit {folder} ist voll.</translation>
    </message>
    <message>
        <source>The file was left as it is. Put a backup in its place, or move it away to start with an empty one.</source>
        <translation>Die Datei wurde nicht verändert. Legen Sie eine Sicherungskopie an ihre Stelle, oder verschieben Sie sie, um mit einer leeren zu beginnen.</translation>
    </message>
    <message>
        <source>The file {file} cannot be read: {reason}.</source>
        <translation>Die Datei {file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The file {file} holds no settings.</source>
        <translation>Die Datei {file} enthält keine Einstellungen.</translation>
    </message>
    <message>
        <source>The file {file} is damaged: {reason}.</source>
        <translation>Die Datei {file} ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>The folder {folder!r} cannot be made: {reason}.</source>
        <translation>Der Ordner „{folder}“ kann nicht angelegt werden: {reason}.</translation>
    </message>
    <message>
        <source>The hub at {hub} answers with error {status}.</source>
        <translation>Der Hub {hub} antwortet mit Fehler {status}.</translation>
    </message>
    <message>
        <source>The hub at {hub} cannot be reached.</source>
        <translation>Der Hub {hub} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The hub at {hub} has no model {repo} that anybody may see.</source>
        <translation>Der Hub {hub} hat kein Modell {repo}, das alle sehen dürfen.</translation>
    </message>
    <message>
        <source>The hub does not accept the access token.</source>
        <translation>Der Hub nimmt das Zugangstoken nicht an.</translation>
    </message>
    <message>
        <source>The hub does not say how large {file} of {repo} is, or its checksum.</source>
        <translation>Der Hub nennt weder Größe noch Prüfsumme von {file} aus {repo}, oder nur eins von beiden.</translation>
    </message>
    <message>
        <source>The hub ends {file} before its {size:,} bytes.</source>
        <translation>Der Hub beendet {file} vor den angegebenen {size:,} Bytes.</translation>
    </message>
    <message>
        <source>The hub sent more of {file} than the {size:,} bytes that it has.</source>
        <translation>Der Hub hat von {file} mehr als die angegebenen {size:,} Bytes gesendet.</translation>
    </message>
    <message>
        <source>The library is empty.</source>
        <translation>Die Bibliothek ist leer.</translation>
    </message>
    <message>
        <source>The list of added models in {file} cannot be read: {reason}.</source>
        <translation>Die Liste der hinzugefügten Modelle in {file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The model has no chat template, so it was not trained to answer questions.</source>
        <translation>Das Modell hat keine Chat-Vorlage; es wurde also nicht für das Beantworten von Fragen trainiert.</translation>
    </message>
    <message>
        <source>The model in {folder} cannot be used: {reason}.</source>
        <translation>Das Modell in {folder} kann nicht verwendet werden: {reason}.</translation>
    </message>
    <message>
        <source>The model in {path} has no weights: {missing} is missing.</source>
        <translation>Das Modell in {path} hat keine Gewichte: es fehlt {missing}.</translation>
    </message>
    <message>
        <source>The model in {path} has no {missing}.</source>
        <translation>Dem Modell in {path} fehlt {missing}.</translation>
    </message>
    <message>
        <source>The model in {path} is a {kind}: it does not write text.</source>
        <translation>Das Modell in {path} ist ein {kind}: es schreibt keinen Text.</translation>
    </message>
    <message>
        <source>The model in {path} is of the kind {kind!r}, which CompLM cannot read.</source>
        <translation>Das Modell in {path} ist von der Art „{kind}“, die CompLM nicht lesen kann.</translation>
    </message>
    <message>
        <source>The model in {path} is stored in {method}, which CompLM does not read.</source>
        <translation>Das Modell in {path} ist als {method} gespeichert, was CompLM nicht liest.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot be used: {reason}</source>
        <translation>Die Chat-Vorlage des Modells kann nicht verwendet werden: {reason}</translation>
    </message>
    <message>
        <source>The owner of {repo} has not given you access yet.</source>
        <translation>Die Inhaber von {repo} haben Ihnen noch keinen Zugang gegeben.</translation>
    </message>
    <message>
        <source>The part of CompLM that reads and answers has stopped.</source>
        <translation>Der Teil von CompLM, der liest und antwortet, wurde unerwartet beendet.</translation>
    </message>
    <message>
        <source>The password of {file} is not right.</source>
        <translation>Das Passwort von {file} ist nicht richtig.</translation>
    </message>
    <message>
        <source>The question is empty.</source>
        <translation>Die Frage ist leer.</translation>
    </message>
    <message>
        <source>The question leaves {model} no room to read a passage.</source>
        <translation>Die Frage lässt {model} keinen Platz, um eine Textstelle zu lesen.</translation>
    </message>
    <message>
        <source>The question needs {needed:,} positions, and {model} reads {window:,}.</source>
        <translation>Die Frage braucht {needed:,} Positionen, {model} liest {window:,}.</translation>
    </message>
    <message>
        <source>The setting {key} in {path} is {value}.</source>
        <translation>Die Einstellung {key} in {path} ist {value}.</translation>
    </message>
    <message>
        <source>The settings cannot be written to {path}: {reason}.</source>
        <translation>Die Einstellungen können nicht in {path} geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The settings in {path} are not TOML: {reason}.</source>
        <translation>Die Einstellungen in {path} sind kein TOML: {reason}.</translation>
    </message>
    <message>
        <source>The settings in {path} cannot be read: {reason}.</source>
        <translation>Die Einstellungen in {path} können nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The text of {file} cannot be decoded (pages: {count:,}).</source>
        <translation>Der Text von {file} kann nicht entschlüsselt werden (Seiten: {count:,}).</translation>
    </message>
    <message>
        <source>The variable HF_HUB_OFFLINE keeps this computer&apos;s programs from the hub.</source>
        <translation>Die Variable HF_HUB_OFFLINE hält die Programme dieses Computers vom Hub fern.</translation>
    </message>
    <message>
        <source>The window cannot start: {reason}.</source>
        <translation>Das Fenster kann nicht starten: {reason}.</translation>
    </message>
    <message>
        <source>There are no collections yet.</source>
        <translation>Es gibt noch keine Sammlungen.</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>Es gibt: {names}.</translation>
    </message>
    <message>
        <source>There is a collection {name!r} already.</source>
        <translation>Es gibt schon eine Sammlung „{name}“.</translation>
    </message>
    <message>
        <source>There is a model {model} already.</source>
        <translation>Es gibt schon ein Modell {model}.</translation>
    </message>
    <message>
        <source>There is no collection {name!r}.</source>
        <translation>Es gibt keine Sammlung „{name}“.</translation>
    </message>
    <message>
        <source>There is no device {device!r} or no quantization {quantization!r}.</source>
        <translation>Es gibt kein Gerät „{device}“ oder keine Quantisierung „{quantization}“.</translation>
    </message>
    <message>
        <source>There is no file {path!r}.</source>
        <translation>Es gibt keine Datei „{path}“.</translation>
    </message>
    <message>
        <source>There is no model folder {path}.</source>
        <translation>Es gibt keinen Modellordner {path}.</translation>
    </message>
    <message>
        <source>There is no model in {folder}: {file} is missing.</source>
        <translation>In {folder} ist kein Modell: {file} fehlt.</translation>
    </message>
    <message>
        <source>There is no page {page} in document {document}.</source>
        <translation>Dokument {document} hat keine Seite {page}.</translation>
    </message>
    <message>
        <source>There is no room to write {path} ({reason}).</source>
        <translation>Es ist kein Platz, um {path} zu schreiben ({reason}).</translation>
    </message>
    <message>
        <source>There is no text to read.</source>
        <translation>Es gibt keinen Text zu lesen.</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>Dafür reicht der Speicher nicht.</translation>
    </message>
    <message>
        <source>There is not enough memory for {model}.</source>
        <translation>Für {model} reicht der Speicher nicht.</translation>
    </message>
    <message>
        <source>There is not enough memory on the graphics card to compress.</source>
        <translation>Der Speicher der Grafikkarte reicht nicht zum Verdichten.</translation>
    </message>
    <message>
        <source>There is not enough memory on the graphics card to read {needed:,} positions.</source>
        <translation>Der Speicher der Grafikkarte reicht nicht, um {needed:,} Positionen zu lesen.</translation>
    </message>
    <message>
        <source>This chat was deleted.</source>
        <translation>Dieser Chat wurde gelöscht.</translation>
    </message>
    <message>
        <source>This could not be done because of a bug in CompLM.</source>
        <translation>Das ging wegen eines Fehlers in CompLM nicht.</translation>
    </message>
    <message>
        <source>This is no access token: one has neither spaces nor special characters.</source>
        <translation>Das ist kein Zugangstoken: ein solches hat weder Leer- noch Sonderzeichen.</translation>
    </message>
    <message>
        <source>This machine has no {device} device that PyTorch can use.</source>
        <translation>Dieser Computer hat kein Gerät {device}, das PyTorch verwenden kann.</translation>
    </message>
    <message>
        <source>This model is being downloaded already.</source>
        <translation>Dieses Modell wird schon heruntergeladen.</translation>
    </message>
    <message>
        <source>This password does not open {file}.</source>
        <translation>Dieses Passwort öffnet {file} nicht.</translation>
    </message>
    <message>
        <source>Try again in some minutes.</source>
        <translation>Versuchen Sie es in einigen Minuten noch einmal.</translation>
    </message>
    <message>
        <source>Try again later, or set another mirror.</source>
        <translation>Versuchen Sie es später noch einmal, oder legen Sie einen anderen Spiegelserver fest.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>Try another one.</source>
        <translation>Versuchen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Try it again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Update CompLM, or choose another folder with --data-dir.</source>
        <translation>Aktualisieren Sie CompLM, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Set the device to auto or cpu in the settings.</source>
        <translation>Stellen Sie in den Einstellungen das Gerät auto oder cpu ein.</translation>
    </message>
    <message>
        <source>Use it, or remove it first.</source>
        <translation>Verwenden Sie es, oder entfernen Sie es zuerst.</translation>
    </message>
    <message>
        <source>Use the model where it is, or free some space.</source>
        <translation>Verwenden Sie das Modell an seinem Ort, oder schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>Wait for it, or stop the other download.</source>
        <translation>Warten Sie darauf, oder brechen Sie das andere Herunterladen ab.</translation>
    </message>
    <message>
        <source>Without them CompLM cannot tell a damaged file. Set another mirror in the settings.</source>
        <translation>Ohne beides erkennt CompLM eine beschädigte Datei nicht. Legen Sie in den Einstellungen einen anderen Spiegelserver fest.</translation>
    </message>
    <message>
        <source>Write one.</source>
        <translation>Schreiben Sie eine.</translation>
    </message>
    <message>
        <source>Write what you want to know.</source>
        <translation>Schreiben Sie, was Sie wissen möchten.</translation>
    </message>
    <message>
        <source>You have no permission to read {file}.</source>
        <translation>Sie dürfen {file} nicht lesen.</translation>
    </message>
    <message>
        <source>You may not read {path!r}.</source>
        <translation>Sie dürfen „{path}“ nicht lesen.</translation>
    </message>
    <message>
        <source>a whole number from {low} to {high}</source>
        <translation>eine ganze Zahl von {low} bis {high}</translation>
    </message>
    <message>
        <source>an address such as https://hub.example.org</source>
        <translation>eine Adresse wie https://hub.example.org</translation>
    </message>
    <message>
        <source>it cannot be loaded: {reason}</source>
        <translation>es kann nicht geladen werden: {reason}</translation>
    </message>
    <message>
        <source>it names no token that ends an answer</source>
        <translation>es nennt kein Token, das eine Antwort beendet</translation>
    </message>
    <message>
        <source>its config makes no sense: {reason}</source>
        <translation>seine Konfiguration ergibt keinen Sinn: {reason}</translation>
    </message>
    <message>
        <source>its tokenizer cannot be read: {reason}</source>
        <translation>sein Tokenizer kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>its tokenizer has more tokens than the model knows</source>
        <translation>sein Tokenizer hat mehr Tokens, als das Modell kennt</translation>
    </message>
    <message>
        <source>its usual ratio {ratio} is none of its compressor&apos;s</source>
        <translation>sein üblicher Verdichtungsgrad {ratio} ist keiner seines Verdichters</translation>
    </message>
    <message>
        <source>its width is {width}, the model&apos;s {expected}</source>
        <translation>seine Breite ist {width}, die des Modells {expected}</translation>
    </message>
    <message>
        <source>one of {choices}</source>
        <translation>eines von {choices}</translation>
    </message>
    <message>
        <source>the path of a model&apos;s folder</source>
        <translation>der Pfad eines Modellordners</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>{count} weights are missing, {first} first</source>
        <translation>es fehlen {count} Gewichte, zuerst {first}</translation>
    </message>
    <message>
        <source>{file!r} is not a file.</source>
        <translation>„{file}“ ist keine Datei.</translation>
    </message>
    <message>
        <source>{file} arrived damaged: its checksum is not the one that the hub names.</source>
        <translation>{file} kam beschädigt an: die Prüfsumme ist nicht die, die der Hub nennt.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: {reason}.</source>
        <translation>{file} kann nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} has no pages.</source>
        <translation>{file} hat keine Seiten.</translation>
    </message>
    <message>
        <source>{file} has no text (pages: {count:,}).</source>
        <translation>{file} enthält keinen Text (Seiten: {count:,}).</translation>
    </message>
    <message>
        <source>{file} has pictures of text, but no text (pages: {count:,}).</source>
        <translation>{file} enthält Bilder von Text, aber keinen Text (Seiten: {count:,}).</translation>
    </message>
    <message>
        <source>{file} has {count:,} pages; at most {limit:,} can be read.</source>
        <translation>{file} hat {count:,} Seiten; höchstens {limit:,} können gelesen werden.</translation>
    </message>
    <message>
        <source>{file} has {size:,.0f} MB; at most {limit:,.0f} MB can be read.</source>
        <translation>{file} hat {size:,.0f} MB; höchstens {limit:,.0f} MB können gelesen werden.</translation>
    </message>
    <message>
        <source>{file} holds more than {limit:,} characters of text.</source>
        <translation>{file} enthält mehr als {limit:,} Zeichen Text.</translation>
    </message>
    <message>
        <source>{file} is a PostScript file, not a PDF or a text file.</source>
        <translation>{file} ist eine PostScript-Datei, keine PDF- oder Textdatei.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} ist ein Ordner.</translation>
    </message>
    <message>
        <source>{file} is an RTF file, not a PDF or a text file.</source>
        <translation>{file} ist eine RTF-Datei, keine PDF- oder Textdatei.</translation>
    </message>
    <message>
        <source>{file} is an office document or an archive, not a PDF or a text file.</source>
        <translation>{file} ist ein Office-Dokument oder ein Archiv, keine PDF- oder Textdatei.</translation>
    </message>
    <message>
        <source>{file} is an old office document, not a PDF or a text file.</source>
        <translation>{file} ist ein altes Office-Dokument, keine PDF- oder Textdatei.</translation>
    </message>
    <message>
        <source>{file} is being written by another program ({reason}).</source>
        <translation>{file} wird gerade von einem anderen Programm beschrieben ({reason}).</translation>
    </message>
    <message>
        <source>{file} is cut off: the end of the PDF is missing.</source>
        <translation>{file} ist abgeschnitten: das Ende der PDF-Datei fehlt.</translation>
    </message>
    <message>
        <source>{file} is damaged or not a PDF.</source>
        <translation>{file} ist beschädigt oder keine PDF-Datei.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a PDF.</source>
        <translation>{file} ist beschädigt und lässt sich nicht als PDF öffnen.</translation>
    </message>
    <message>
        <source>{file} is empty.</source>
        <translation>{file} ist leer.</translation>
    </message>
    <message>
        <source>{file} is encrypted in a way that cannot be read here.</source>
        <translation>{file} ist auf eine Weise verschlüsselt, die hier nicht gelesen werden kann.</translation>
    </message>
    <message>
        <source>{file} is neither a PDF nor a text file.</source>
        <translation>{file} ist weder eine PDF- noch eine Textdatei.</translation>
    </message>
    <message>
        <source>{file} is no longer there.</source>
        <translation>{file} ist nicht mehr da.</translation>
    </message>
    <message>
        <source>{file} is not an ordinary file.</source>
        <translation>{file} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>{file} is not there.</source>
        <translation>{file} ist nicht da.</translation>
    </message>
    <message>
        <source>{file} is protected by a password.</source>
        <translation>{file} ist durch ein Passwort geschützt.</translation>
    </message>
    <message>
        <source>{file} is protected in a way that cannot be opened here.</source>
        <translation>{file} ist auf eine Weise geschützt, die hier nicht geöffnet werden kann.</translation>
    </message>
    <message>
        <source>{file} is too long.</source>
        <translation>{file} ist zu lang.</translation>
    </message>
    <message>
        <source>{file} needs a password.</source>
        <translation>{file} braucht ein Passwort.</translation>
    </message>
    <message>
        <source>{file} needs more memory than a document may take.</source>
        <translation>{file} braucht mehr Speicher, als ein Dokument belegen darf.</translation>
    </message>
    <message>
        <source>{file} takes too long to read; reading was stopped.</source>
        <translation>{file} zu lesen dauert zu lange; das Lesen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>{folder} cannot be written: {reason}.</source>
        <translation>{folder} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{folder} is not one of the models that CompLM keeps.</source>
        <translation>{folder} gehört nicht zu den Modellen, die CompLM verwaltet.</translation>
    </message>
    <message>
        <source>{model} cannot compress {ratio} to 1.</source>
        <translation>{model} kann nicht {ratio} zu 1 verdichten.</translation>
    </message>
    <message>
        <source>{model} cannot follow a chat.</source>
        <translation>{model} kann einem Gespräch nicht folgen.</translation>
    </message>
    <message>
        <source>{model} is stored quantized, and cannot be read in FP8.</source>
        <translation>{model} ist quantisiert gespeichert und kann nicht in FP8 gelesen werden.</translation>
    </message>
    <message>
        <source>{model} needs about {needed:.1f} GB of memory, and {free:.1f} GB are free.</source>
        <translation>{model} braucht etwa {needed:.1f} GB Speicher, frei sind {free:.1f} GB.</translation>
    </message>
    <message>
        <source>{name} has no counterpart</source>
        <translation>{name} hat kein Gegenstück</translation>
    </message>
    <message>
        <source>{path!r} cannot be read: {reason}.</source>
        <translation>„{path}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be opened or written ({reason}).</source>
        <translation>{path} kann nicht geöffnet oder geschrieben werden ({reason}).</translation>
    </message>
    <message>
        <source>{path} has a setting {key!r} that does not exist.</source>
        <translation>{path} hat eine Einstellung „{key}“, die es nicht gibt.</translation>
    </message>
    <message>
        <source>{path} is damaged ({reason}).</source>
        <translation>{path} ist beschädigt ({reason}).</translation>
    </message>
    <message>
        <source>{path} is damaged and cannot be moved out of the way ({reason}).</source>
        <translation>{path} ist beschädigt und lässt sich nicht beiseite legen ({reason}).</translation>
    </message>
    <message>
        <source>{path} was written by a newer version of CompLM.</source>
        <translation>{path} wurde von einer neueren Version von CompLM geschrieben.</translation>
    </message>
    <message>
        <source>{path} was written by an older version of CompLM and cannot be brought up to date: you may not write it.</source>
        <translation>{path} wurde von einer älteren Version von CompLM geschrieben und kann nicht auf den neuen Stand gebracht werden: Sie dürfen die Datei nicht schreiben.</translation>
    </message>
    <message>
        <source>{reference!r} is more than one document of the library.</source>
        <translation>„{reference}“ ist mehr als ein Dokument der Bibliothek.</translation>
    </message>
    <message>
        <source>{reference!r} is not in the library.</source>
        <translation>„{reference}“ ist nicht in der Bibliothek.</translation>
    </message>
    <message>
        <source>{repo!r} is not the name of a model on the hub.</source>
        <translation>„{repo}“ ist nicht der Name eines Modells im Hub.</translation>
    </message>
    <message>
        <source>{repo} has no weights in the safetensors format, only in others.</source>
        <translation>{repo} hat keine Gewichte im Format safetensors, nur in anderen.</translation>
    </message>
    <message>
        <source>{repo} has no weights of a language model.</source>
        <translation>{repo} hat keine Gewichte eines Sprachmodells.</translation>
    </message>
    <message>
        <source>{repo} is not the name of a model on the hub.</source>
        <translation>{repo} ist nicht der Name eines Modells im Hub.</translation>
    </message>
    <message>
        <source>{repo} is only given to people who have accepted its conditions.</source>
        <translation>{repo} wird nur an Personen gegeben, die den Bedingungen zugestimmt haben.</translation>
    </message>
    <message>
        <source>{repo} lacks config.json or tokenizer.json.</source>
        <translation>In {repo} fehlt config.json oder tokenizer.json.</translation>
    </message>
    <message>
        <source>{repo} needs {needed:.1f} GB more on the disk, and {free:.1f} GB are free where the models are kept ({models}).</source>
        <translation>{repo} braucht weitere {needed:.1f} GB auf dem Datenträger, und wo die Modelle liegen ({models}), sind {free:.1f} GB frei.</translation>
    </message>
    <message>
        <source>{repo} was changed on the hub while it was downloaded.</source>
        <translation>{repo} wurde im Hub geändert, während es heruntergeladen wurde.</translation>
    </message>
    <message>
        <source>{repo} was not downloaded, because CompLM is set to stay offline.</source>
        <translation>{repo} wurde nicht heruntergeladen, weil CompLM offline bleiben soll.</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Loading the model, once after the start</source>
        <translation>Modell wird geladen, einmal nach dem Start</translation>
    </message>
    <message>
        <source>Reading what is new to it: %1</source>
        <translation>Was neu für es ist, wird gelesen: %1</translation>
    </message>
    <message>
        <source>Looking through the documents</source>
        <translation>Dokumente werden durchsucht</translation>
    </message>
    <message>
        <source>That password does not open “%1”. Try another one.</source>
        <translation>Dieses Passwort öffnet „%1“ nicht. Versuchen Sie ein anderes.</translation>
    </message>
    <message>
        <source>“%1” is protected. Its password stays in memory until CompLM is closed.</source>
        <translation>„%1“ ist geschützt. Das Passwort bleibt im Arbeitsspeicher, bis CompLM geschlossen wird.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Other documents</source>
        <translation>Andere Dokumente</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>Needs its password</source>
        <translation>Braucht sein Passwort</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>folder not found</source>
        <translation>Ordner nicht gefunden</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>Cannot be watched, it is not there: %1</source>
        <translation>Kann nicht überwacht werden, er ist nicht da: %1</translation>
    </message>
    <message>
        <source>New documents are added by themselves: %1</source>
        <translation>Neue Dokumente werden von selbst hinzugefügt: %1</translation>
    </message>
    <message>
        <source>changed, re-reading</source>
        <translation>geändert, wird neu gelesen</translation>
    </message>
    <message>
        <source>another CompLM is reading it</source>
        <translation>ein anderes CompLM liest es</translation>
    </message>
    <message>
        <source>getting ready</source>
        <translation>wird vorbereitet</translation>
    </message>
    <message>
        <source>reading %1</source>
        <translation>wird gelesen, %1</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>%1 auf dem Datenträger</translation>
    </message>
    <message>
        <source>stored in 4 bits</source>
        <translation>in 4 Bit gespeichert</translation>
    </message>
    <message>
        <source>stored in 8 bits</source>
        <translation>in 8 Bit gespeichert</translation>
    </message>
    <message>
        <source>%1 billion parameters</source>
        <translation>%1 Milliarden Parameter</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 zu laden</translation>
    </message>
    <message>
        <source>%1 of memory in 4 bits</source>
        <translation>%1 Arbeitsspeicher in 4 Bit</translation>
    </message>
    <message>
        <source>conditions to accept first</source>
        <translation>Bedingungen zustimmen</translation>
    </message>
    <message>
        <source>Stopped, %1 have arrived</source>
        <translation>Angehalten, %1 sind da</translation>
    </message>
    <message>
        <source>%1 of memory</source>
        <translation>%1 Arbeitsspeicher</translation>
    </message>
    <message>
        <source>%1, %2 in 4 bits</source>
        <translation>%1, %2 in 4 Bit</translation>
    </message>
    <message>
        <source>no compressor: reads every word</source>
        <translation>kein Verdichter: liest jedes Wort</translation>
    </message>
    <message>
        <source>another model</source>
        <translation>ein anderes Modell</translation>
    </message>
    <message>
        <source>not compressed</source>
        <translation>nicht verdichtet</translation>
    </message>
    <message>
        <source>%1×</source>
        <translation>%1×</translation>
    </message>
    <message>
        <source>compresses %1</source>
        <translation>verdichtet %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>Checking the model</source>
        <translation>Modell wird geprüft</translation>
    </message>
    <message>
        <source>Asking the hub</source>
        <translation>Der Hub wird gefragt</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Vergrößerung</translation>
    </message>
    <message>
        <source>“%1” is not where it was when it was added.</source>
        <translation>„%1“ ist nicht mehr da, wo es hinzugefügt wurde.</translation>
    </message>
    <message>
        <source>Add it again from its new place. Its text stays in the library until then.</source>
        <translation>Fügen Sie es von seinem neuen Ort hinzu. Bis dahin bleibt sein Text in der Bibliothek.</translation>
    </message>
    <message>
        <source>%1, ratio %2</source>
        <translation>%1, Verdichtungsgrad %2</translation>
    </message>
    <message>
        <source>Choosing what to read: %1</source>
        <translation>Auswahl der Textstellen: %1</translation>
    </message>
    <message>
        <source>Compressing: %1</source>
        <translation>Verdichten: %1</translation>
    </message>
    <message>
        <source>Reading: %1</source>
        <translation>Lesen: %1</translation>
    </message>
    <message>
        <source>%1 of %2 positions were still in memory</source>
        <translation>%1 von %2 Positionen waren noch im Speicher</translation>
    </message>
    <message>
        <source>page %1</source>
        <translation>Seite %1</translation>
    </message>
    <message>
        <source>%1 pages/s</source>
        <translation>%1 Seiten/s</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Tokens/s</translation>
    </message>
    <message>
        <source>p. %1</source>
        <translation>S. %1</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 Seite</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 Seiten</translation>
    </message>
    <message>
        <source>1 document</source>
        <translation>1 Dokument</translation>
    </message>
    <message>
        <source>%1 documents</source>
        <translation>%1 Dokumente</translation>
    </message>
    <message>
        <source>1 of %1 pages has no text</source>
        <translation>1 von %1 Seiten hat keinen Text</translation>
    </message>
    <message>
        <source>%1 of %2 pages have no text</source>
        <translation>%1 von %2 Seiten haben keinen Text</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Read for this question: %1 of the model&apos;s positions</source>
        <translation>Für diese Frage gelesen: %1 Positionen des Modells</translation>
    </message>
    <message>
        <source>Not compressed yet: %1 tokens</source>
        <translation>Noch nicht verdichtet: %1 Tokens</translation>
    </message>
    <message>
        <source>The wait goes by what this computer has done so far.</source>
        <translation>Die Wartezeit richtet sich nach dem, was dieser Computer bisher geleistet hat.</translation>
    </message>
    <message>
        <source>The wait is known after the first answer.</source>
        <translation>Die Wartezeit ist nach der ersten Antwort bekannt.</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>noch wenige Sekunden</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>noch %1 s</translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation>noch %1 min</translation>
    </message>
    <message>
        <source>%1 h %2 min left</source>
        <translation>noch %1 h %2 min</translation>
    </message>
    <message>
        <source>no memory for more</source>
        <translation>für mehr reicht der Speicher nicht</translation>
    </message>
    <message>
        <source>nothing in %1</source>
        <translation>nichts gelesen: %1</translation>
    </message>
    <message>
        <source>1 document was still being read</source>
        <translation>1 Dokument wurde noch gelesen</translation>
    </message>
    <message>
        <source>%1 documents were still being read</source>
        <translation>%1 Dokumente wurden noch gelesen</translation>
    </message>
    <message>
        <source>first word in about %1</source>
        <translation>erstes Wort in etwa %1</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>Read the whole page</source>
        <translation>Die ganze Seite gelesen</translation>
    </message>
    <message>
        <source>Read all %1 pages</source>
        <translation>Alle %1 Seiten gelesen</translation>
    </message>
    <message>
        <source>Read everything: %1 of %2 pages have text</source>
        <translation>Alles gelesen: %1 von %2 Seiten haben Text</translation>
    </message>
    <message>
        <source>Read %1 of %2 pages</source>
        <translation>%1 von %2 Seiten gelesen</translation>
    </message>
    <message>
        <source>%1 of %2 segments reused</source>
        <translation>%1 von %2 Abschnitten wiederverwendet</translation>
    </message>
    <message>
        <source>The document does not say.</source>
        <translation>Das Dokument sagt dazu nichts.</translation>
    </message>
    <message>
        <source>The documents do not say.</source>
        <translation>Die Dokumente sagen dazu nichts.</translation>
    </message>
    <message>
        <source>1 segment</source>
        <translation>1 Abschnitt</translation>
    </message>
    <message>
        <source>%1 segments</source>
        <translation>%1 Abschnitte</translation>
    </message>
    <message>
        <source>first word after %1</source>
        <translation>erstes Wort nach %1</translation>
    </message>
</context>
</TS>
