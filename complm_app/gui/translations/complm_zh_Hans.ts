<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_Hans" sourcelanguage="en">
<context>
    <name>AnswerText</name>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>CacheDialog</name>
    <message>
        <source>Cache</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>no longer in the library</source>
        <translation>已不在文库中</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>CompLM keeps what it has read in a compressed form, so that the next question is answered at once. It can be made again at any time. Documents and chats are not in it.</source>
        <translation>CompLM 会以压缩形式保存读过的内容，以便立即回答下一个问题。这些内容随时可以重新生成，其中不含文档和对话。</translation>
    </message>
    <message>
        <source>Check the cache</source>
        <translation>检查缓存</translation>
    </message>
    <message>
        <source>%1 of at most %2</source>
        <translation>%1，上限 %2</translation>
    </message>
    <message>
        <source>Rebuild</source>
        <translation>重建</translation>
    </message>
    <message>
        <source>Rebuild all</source>
        <translation>全部重建</translation>
    </message>
    <message>
        <source>Clear all</source>
        <translation>全部清空</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>The file is damaged. It is made anew when CompLM is started again.</source>
        <translation>文件已损坏。下次启动 CompLM 时会重新创建。</translation>
    </message>
    <message>
        <source>%1 of %2 entries were damaged and have been removed.</source>
        <translation>%2 个条目中有 %1 个已损坏并被移除。</translation>
    </message>
    <message>
        <source>All %1 entries are sound.</source>
        <translation>全部 %1 个条目均完好。</translation>
    </message>
    <message>
        <source>Clear all of the cache? The documents have to be compressed again.</source>
        <translation>清空全部缓存？文档需要重新压缩。</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>清空缓存</translation>
    </message>
    <message>
        <source>The next answers about these documents take longer.</source>
        <translation>关于这些文档的下一次回答会慢一些。</translation>
    </message>
    <message>
        <source>The cache is empty. The next answers take longer.</source>
        <translation>缓存已清空。接下来的回答会慢一些。</translation>
    </message>
    <message>
        <source>Compress all documents again? Until then, answers take longer.</source>
        <translation>重新压缩所有文档？在此之前，回答需要更长时间。</translation>
    </message>
    <message>
        <source>Rebuild the cache</source>
        <translation>重建缓存</translation>
    </message>
    <message>
        <source>The documents are compressed again.</source>
        <translation>正在重新压缩这些文档。</translation>
    </message>
</context>
<context>
    <name>CacheList</name>
    <message>
        <source>What is kept</source>
        <translation>已保存的内容</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>ChatDesk</name>
    <message>
        <source>Looking through the documents</source>
        <translation>正在查找文档</translation>
    </message>
    <message>
        <source>This collection is empty.</source>
        <translation>此集合为空。</translation>
    </message>
    <message>
        <source>Drag documents into it, or choose others.</source>
        <translation>请将文档拖入其中，或选择其他文档。</translation>
    </message>
    <message>
        <source>The library is empty.</source>
        <translation>文库为空。</translation>
    </message>
    <message>
        <source>Add a document, then ask.</source>
        <translation>请先添加文档，然后提问。</translation>
    </message>
    <message>
        <source>This document could not be read.</source>
        <translation>无法读取此文档。</translation>
    </message>
    <message>
        <source>Its row in the library says why. Or choose another document.</source>
        <translation>原因显示在文库中的对应行。您也可以选择其他文档。</translation>
    </message>
    <message>
        <source>This document is still being read.</source>
        <translation>此文档仍在读取中。</translation>
    </message>
    <message>
        <source>Ask again in a moment.</source>
        <translation>请稍后再问。</translation>
    </message>
    <message>
        <source>The answer failed because of a bug in CompLM.</source>
        <translation>由于 CompLM 的程序错误，回答失败。</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择其他文件夹。</translation>
    </message>
</context>
<context>
    <name>ChatPane</name>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>More about this chat</source>
        <translation>此对话的更多操作</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
</context>
<context>
    <name>CollectionDesk</name>
    <message>
        <source>New collection</source>
        <translation>新建集合</translation>
    </message>
    <message>
        <source>Rename collection</source>
        <translation>重命名集合</translation>
    </message>
    <message>
        <source>Name of the collection</source>
        <translation>集合名称</translation>
    </message>
    <message>
        <source>Delete the collection “%1”? Its documents stay in the library.</source>
        <translation>删除集合“%1”？其中的文档会保留在文库中。</translation>
    </message>
    <message>
        <source>Delete collection</source>
        <translation>删除集合</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Asking</source>
        <translation>提问范围</translation>
    </message>
    <message>
        <source>Ask about these documents</source>
        <translation>就这些文档提问</translation>
    </message>
    <message>
        <source>Ask about this document</source>
        <translation>就此文档提问</translation>
    </message>
    <message>
        <source>the whole library</source>
        <translation>整个文库</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>另外 %1 个</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
</context>
<context>
    <name>ConversationView</name>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Ask a question. The answer comes with the pages that it stands on.</source>
        <translation>请提问。回答会附上所依据的页。</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>出了点问题</translation>
    </message>
    <message>
        <source>This is a bug in CompLM, not something that you did. Your documents and chats are safe. The report below stays on this computer unless you send it.</source>
        <translation>这是 CompLM 的程序错误，与您的操作无关。您的文档和对话是安全的。除非您主动发送，下面的报告只保留在本机。</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
</context>
<context>
    <name>EmptyLibrary</name>
    <message>
        <source>Your library is empty.

Drop PDFs or folders here.</source>
        <translation>您的文库是空的。

请将 PDF 或文件夹拖到此处。</translation>
    </message>
    <message>
        <source>Open the demo report</source>
        <translation>打开示例报告</translation>
    </message>
</context>
<context>
    <name>FailedDocuments</name>
    <message>
        <source>%1 could not be read.</source>
        <translation>%1无法读取。</translation>
    </message>
    <message>
        <source>Click one of them in the library to see why.</source>
        <translation>在文库中点击其中一个即可查看原因。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>Folding</name>
    <message>
        <source>Document or chat</source>
        <translation>文档或对话</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>No chat has this in it</source>
        <translation>没有包含此内容的对话</translation>
    </message>
    <message>
        <source>Back to the chat</source>
        <translation>返回对话</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>还没有对话</translation>
    </message>
    <message>
        <source>Rename...</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>LibraryMenus</name>
    <message>
        <source>Remove from library</source>
        <translation>从文库中移除</translation>
    </message>
    <message>
        <source>Rename collection...</source>
        <translation>重命名集合…</translation>
    </message>
    <message>
        <source>New collection...</source>
        <translation>新建集合…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Enter password...</source>
        <translation>输入密码…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Add to collection</source>
        <translation>添加到集合</translation>
    </message>
    <message>
        <source>Take out of “%1”</source>
        <translation>从“%1”中移出</translation>
    </message>
    <message>
        <source>Ask about these documents</source>
        <translation>就这些文档提问</translation>
    </message>
    <message>
        <source>Stop watching the folder</source>
        <translation>停止监视文件夹</translation>
    </message>
    <message>
        <source>Rename...</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Delete collection</source>
        <translation>删除集合</translation>
    </message>
    <message>
        <source>Sort by date added</source>
        <translation>按添加日期排序</translation>
    </message>
    <message>
        <source>Sort by title</source>
        <translation>按标题排序</translation>
    </message>
    <message>
        <source>Sort by length</source>
        <translation>按长度排序</translation>
    </message>
</context>
<context>
    <name>LibraryPane</name>
    <message>
        <source>Library</source>
        <translation>文库</translation>
    </message>
    <message>
        <source>Drop PDFs or folders anywhere</source>
        <translation>可将 PDF 或文件夹拖放到任意位置</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Filter documents</source>
        <translation>筛选文档</translation>
    </message>
    <message>
        <source>Add documents</source>
        <translation>添加文档</translation>
    </message>
    <message>
        <source>No document has this in its name</source>
        <translation>没有名称匹配的文档</translation>
    </message>
    <message>
        <source>%1 removed</source>
        <translation>已移除 %1</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>Links</name>
    <message>
        <source>This link leads out of the document. Open it in the browser?</source>
        <translation>此链接指向文档之外。要在浏览器中打开吗？</translation>
    </message>
    <message>
        <source>This link leads to something that is not opened from here.</source>
        <translation>此链接指向的内容无法从这里打开。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>This document is no longer in the library.</source>
        <translation>此文档已不在文库中。</translation>
    </message>
    <message>
        <source>Add it again to open the page.</source>
        <translation>请重新添加以打开该页。</translation>
    </message>
    <message>
        <source>The cache was damaged and has been made anew.</source>
        <translation>缓存已损坏，现已重新创建。</translation>
    </message>
    <message>
        <source>Documents and chats are not in it. The next answers take longer.</source>
        <translation>其中不含文档和对话。接下来的回答会慢一些。</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Add documents...</source>
        <translation>添加文档…</translation>
    </message>
    <message>
        <source>Add a folder...</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Watch a folder...</source>
        <translation>监视文件夹…</translation>
    </message>
    <message>
        <source>New collection...</source>
        <translation>新建集合…</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Pause reading and compressing</source>
        <translation>暂停读取和压缩</translation>
    </message>
    <message>
        <source>Stop this work</source>
        <translation>停止当前任务</translation>
    </message>
    <message>
        <source>Export chat...</source>
        <translation>导出对话…</translation>
    </message>
    <message>
        <source>Settings...</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Models...</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>Cache...</source>
        <translation>缓存…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Documents (*.pdf *.txt *.md *.markdown);;All files (*)</source>
        <translation>文档 (*.pdf *.txt *.md *.markdown);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Add documents</source>
        <translation>添加文档</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Watch a folder</source>
        <translation>监视文件夹</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>Copy last answer</source>
        <translation>复制最后一个回答</translation>
    </message>
    <message>
        <source>Filter documents</source>
        <translation>筛选文档</translation>
    </message>
    <message>
        <source>Write a question</source>
        <translation>输入问题</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>文库</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Sort documents</source>
        <translation>文档排序</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Chat</source>
        <translation>对话(&amp;C)</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Ask the whole library</source>
        <translation>就整个文库提问</translation>
    </message>
    <message>
        <source>Stop answering</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新提问</translation>
    </message>
    <message>
        <source>Rename chat...</source>
        <translation>重命名对话…</translation>
    </message>
    <message>
        <source>Delete chat</source>
        <translation>删除对话</translation>
    </message>
    <message>
        <source>Rename chat</source>
        <translation>重命名对话</translation>
    </message>
    <message>
        <source>Name of the chat</source>
        <translation>对话名称</translation>
    </message>
    <message>
        <source>Delete this chat? Its questions and answers cannot be brought back.</source>
        <translation>删除此对话？其中的问题和回答将无法恢复。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Export chat</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>About CompLM</source>
        <translation>关于 CompLM</translation>
    </message>
    <message>
        <source>Ask questions about large documents. Everything stays on this computer.</source>
        <translation>就大型文档提问。所有内容都保留在本机。</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Add a folder...</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Another model&apos;s name on the hub: Qwen/Qwen3-8B</source>
        <translation>模型库中其他模型的名称：Qwen/Qwen3-8B</translation>
    </message>
    <message>
        <source>Name of a model on the hub</source>
        <translation>模型库中的模型名称</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>本机上的模型</translation>
    </message>
    <message>
        <source>On their way</source>
        <translation>传输中</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Delete what has arrived</source>
        <translation>删除已下载的部分</translation>
    </message>
    <message>
        <source>CompLM is set to stay offline.</source>
        <translation>CompLM 已设为离线。</translation>
    </message>
    <message>
        <source>Only the model is fetched. Documents and questions stay here.</source>
        <translation>只会获取模型。文档和问题都保留在本机。</translation>
    </message>
    <message>
        <source>Allow downloads</source>
        <translation>允许下载</translation>
    </message>
    <message>
        <source>Add a model&apos;s folder</source>
        <translation>添加模型文件夹</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>Use the model where it is, or copy it into CompLM&apos;s folder?</source>
        <translation>在原位置使用模型，还是复制到 CompLM 的文件夹？</translation>
    </message>
    <message>
        <source>Use where it is</source>
        <translation>在原位置使用</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Remove %1? A model that is used where it is stays on the disk.</source>
        <translation>移除 %1？在原位置使用的模型会保留在磁盘上。</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>移除模型</translation>
    </message>
</context>
<context>
    <name>OutlinePopup</name>
    <message>
        <source>Outline</source>
        <translation>目录</translation>
    </message>
</context>
<context>
    <name>PageField</name>
    <message>
        <source>Page</source>
        <translation>页</translation>
    </message>
    <message>
        <source>Page: enter a printed page number</source>
        <translation>页：输入印刷页码</translation>
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
        <translation>就这些文档提问</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>您的问题</translation>
    </message>
</context>
<context>
    <name>QuoteBlock</name>
    <message>
        <source>word for word on page %1</source>
        <translation>与第 %1 页原文一致</translation>
    </message>
    <message>
        <source>not found word for word; read on page %1</source>
        <translation>未找到一致的原文；读自第 %1 页</translation>
    </message>
</context>
<context>
    <name>ReaderActions</name>
    <message>
        <source>Back</source>
        <translation>后退</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前进</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>First page</source>
        <translation>第一页</translation>
    </message>
    <message>
        <source>Last page</source>
        <translation>最后一页</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Fit width</source>
        <translation>适合宽度</translation>
    </message>
    <message>
        <source>Fit page</source>
        <translation>适合页面</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Find in document</source>
        <translation>在文档中查找</translation>
    </message>
    <message>
        <source>Find next</source>
        <translation>查找下一个</translation>
    </message>
    <message>
        <source>Find previous</source>
        <translation>查找上一个</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Select all on page</source>
        <translation>选择整页</translation>
    </message>
</context>
<context>
    <name>ReaderHeader</name>
    <message>
        <source>Title of the document</source>
        <translation>文档标题</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>目录</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
</context>
<context>
    <name>ReaderPane</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Open a document from the library</source>
        <translation>从文库中打开文档</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>正在打开</translation>
    </message>
</context>
<context>
    <name>Reading</name>
    <message>
        <source>The document has changed since this answer was given.</source>
        <translation>此回答生成后，文档已更改。</translation>
    </message>
    <message>
        <source>The passage that it stands on is no longer in it.</source>
        <translation>回答所依据的段落已不在其中。</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Find in document</source>
        <translation>在文档中查找</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>区分大小写</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>匹配项</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一个匹配项</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一个匹配项</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>关闭查找</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>正在查找</translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>无匹配项</translation>
    </message>
    <message>
        <source>1 match</source>
        <translation>1 个匹配项</translation>
    </message>
    <message numerus="yes">
        <source>%n matches</source>
        <translation>
            <numerusform>%n 个匹配项</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} of {total}</source>
        <translation>{number} / {total}</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Forget the access token</source>
        <translation>清除访问令牌</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>语言将在下次启动时更改。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>As the model prefers</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>1: read every word, no compression</source>
        <translation>1：逐字阅读，不压缩</translation>
    </message>
    <message>
        <source>2: half the length</source>
        <translation>2：压缩到二分之一</translation>
    </message>
    <message>
        <source>4: a quarter of the length</source>
        <translation>4：压缩到四分之一</translation>
    </message>
    <message>
        <source>8: an eighth of the length</source>
        <translation>8：压缩到八分之一</translation>
    </message>
    <message>
        <source>Compression</source>
        <translation>压缩</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>回答上限</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> 个词元</translation>
    </message>
    <message>
        <source>Best available</source>
        <translation>最佳可用设备</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>处理器 (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA 显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Apple 图形 (MPS)</translation>
    </message>
    <message>
        <source>Best fitting</source>
        <translation>自动选择</translation>
    </message>
    <message>
        <source>None: full size</source>
        <translation>无：完整大小</translation>
    </message>
    <message>
        <source>8 bit (FP8)</source>
        <translation>8 位 (FP8)</translation>
    </message>
    <message>
        <source>8 bit (LLM.int8)</source>
        <translation>8 位 (LLM.int8)</translation>
    </message>
    <message>
        <source>4 bit (NF4)</source>
        <translation>4 位 (NF4)</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>运行于</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Never use the network</source>
        <translation>从不使用网络</translation>
    </message>
    <message>
        <source>Where models are downloaded from. Also gets the token.</source>
        <translation>模型的下载来源。它也会收到令牌。</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>访问令牌</translation>
    </message>
    <message>
        <source>For models whose conditions you have accepted on the hub.</source>
        <translation>用于您已在模型库接受其条件的模型。</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Cache up to</source>
        <translation>缓存上限</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>节省空间</translation>
    </message>
    <message>
        <source>Store documents in 8 bits</source>
        <translation>以 8 位存储文档</translation>
    </message>
    <message>
        <source>Store what was read in 8 bits</source>
        <translation>以 8 位存储已读内容</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Models...</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>A mirror is %1.</source>
        <translation>镜像应为%1。</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>None stored</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open the data folder</source>
        <translation>打开数据文件夹</translation>
    </message>
    <message>
        <source>Half the room on disk. Answers may differ a little.</source>
        <translation>占用的磁盘空间减半。回答可能略有不同。</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop this work</source>
        <translation>停止当前任务</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Compressing %1</source>
        <translation>正在压缩 %1</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>正在读取 %1</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>%1 个等待中</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>What reading and answering take of this computer&apos;s memory</source>
        <translation>阅读和回答占用的本机内存</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
</context>
<context>
    <name>TransferLine</name>
    <message>
        <source>%1 waiting</source>
        <translation>%1 个等待中</translation>
    </message>
    <message>
        <source>A model could not be added</source>
        <translation>有一个模型未能添加</translation>
    </message>
    <message>
        <source>%1 can be used now</source>
        <translation>%1 现在可以使用</translation>
    </message>
    <message>
        <source>Adding %1</source>
        <translation>正在添加 %1</translation>
    </message>
    <message>
        <source>Downloading %1</source>
        <translation>正在下载 %1</translation>
    </message>
</context>
<context>
    <name>TurnView</name>
    <message>
        <source>Question: %1</source>
        <translation>问题：%1</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>复制回答</translation>
    </message>
    <message>
        <source>Ask this again</source>
        <translation>重新提问</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Source %1, page %2</source>
        <translation>来源 %1，第 %2 页</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>A collection needs a name.</source>
        <translation>集合需要一个名称。</translation>
    </message>
    <message>
        <source>A name looks like this: Qwen/Qwen3-0.6B.</source>
        <translation>名称的格式如：Qwen/Qwen3-0.6B。</translation>
    </message>
    <message>
        <source>A value in {file} makes no sense.</source>
        <translation>{file} 中有一个值无效。</translation>
    </message>
    <message>
        <source>Accept them at {page}, make an access token under the hub&apos;s Settings &gt; Access Tokens, and store it in CompLM&apos;s settings or in the variable HF_TOKEN.</source>
        <translation>请在 {page} 接受这些条件，在模型库的 Settings &gt; Access Tokens 中创建访问令牌，并将其保存到 CompLM 的设置或变量 HF_TOKEN 中。</translation>
    </message>
    <message>
        <source>Add a document, then ask.</source>
        <translation>请先添加文档，然后提问。</translation>
    </message>
    <message>
        <source>Add it again with its password.</source>
        <translation>请输入密码后重新添加。</translation>
    </message>
    <message>
        <source>Add the file first, or give an id or a name from the list of documents.</source>
        <translation>请先添加该文件，或给出文档列表中的标识或名称。</translation>
    </message>
    <message>
        <source>Allowed is {allowed}.</source>
        <translation>允许的值：{allowed}。</translation>
    </message>
    <message>
        <source>Ask a shorter question, or use a higher ratio.</source>
        <translation>请缩短问题，或使用更高的压缩比。</translation>
    </message>
    <message>
        <source>Ask about fewer documents, or use a higher compression ratio.</source>
        <translation>请减少提问所涉及的文档，或使用更高的压缩比。</translation>
    </message>
    <message>
        <source>Ask about fewer documents, use a higher compression ratio, or close other programs.</source>
        <translation>请减少提问所涉及的文档，使用更高的压缩比，或关闭其他程序。</translation>
    </message>
    <message>
        <source>Ask without earlier turns.</source>
        <translation>请不带之前的问答来提问。</translation>
    </message>
    <message>
        <source>Change the file&apos;s permissions or copy it.</source>
        <translation>请更改文件的权限，或复制该文件。</translation>
    </message>
    <message>
        <source>Change the file&apos;s permissions, or copy it.</source>
        <translation>请更改文件的权限，或复制该文件。</translation>
    </message>
    <message>
        <source>Check capital letters and the keyboard&apos;s language, and try again.</source>
        <translation>请检查大小写和键盘布局，然后重试。</translation>
    </message>
    <message>
        <source>Check that it is the right file.</source>
        <translation>请确认文件是否正确。</translation>
    </message>
    <message>
        <source>Check that the file can be opened by you.</source>
        <translation>请检查您是否有权打开该文件。</translation>
    </message>
    <message>
        <source>Check that the folder exists and that you may write to it, or choose another with --data-dir.</source>
        <translation>请检查文件夹是否存在以及您是否有写入权限，或用 --data-dir 另选一个。</translation>
    </message>
    <message>
        <source>Check that you may write to this folder.</source>
        <translation>请检查您是否有权写入此文件夹。</translation>
    </message>
    <message>
        <source>Check the disk&apos;s space and that you may write to this folder.</source>
        <translation>请检查磁盘空间以及您是否有权写入此文件夹。</translation>
    </message>
    <message>
        <source>Check the disk, its free space and its connection, and try again.</source>
        <translation>请检查磁盘、剩余空间及其连接，然后重试。</translation>
    </message>
    <message>
        <source>Check the disk, or copy the file.</source>
        <translation>请检查磁盘，或复制该文件。</translation>
    </message>
    <message>
        <source>Check the name&apos;s spelling. For a private model store an access token in the settings.</source>
        <translation>请检查名称的拼写。对于私有模型，请在设置中保存访问令牌。</translation>
    </message>
    <message>
        <source>Check the name.</source>
        <translation>请检查名称。</translation>
    </message>
    <message>
        <source>Check the network connection, or set a mirror in the settings. What has arrived is kept.</source>
        <translation>请检查网络连接，或在设置中指定镜像。已下载的部分会保留。</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>请检查路径。</translation>
    </message>
    <message>
        <source>Check the path: {folder} was searched.</source>
        <translation>请检查路径：已在 {folder} 中查找。</translation>
    </message>
    <message>
        <source>Choose a PDF or text file.</source>
        <translation>请选择 PDF 或文本文件。</translation>
    </message>
    <message>
        <source>Choose a document that has some.</source>
        <translation>请选择含有文本的文档。</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to with --data-dir.</source>
        <translation>请用 --data-dir 选择一个您有权写入的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder with a model.</source>
        <translation>请选择含有模型的文件夹。</translation>
    </message>
    <message>
        <source>Choose a language model in the layout of the transformers library.</source>
        <translation>请选择采用 transformers 库格式的语言模型。</translation>
    </message>
    <message>
        <source>Choose a language model such as Qwen3, Llama, Gemma 3 or Mistral.</source>
        <translation>请选择语言模型，例如 Qwen3、Llama、Gemma 3 或 Mistral。</translation>
    </message>
    <message>
        <source>Choose a language model such as Qwen3.</source>
        <translation>请选择语言模型，例如 Qwen3。</translation>
    </message>
    <message>
        <source>Choose a single document.</source>
        <translation>请选择单个文档。</translation>
    </message>
    <message>
        <source>Choose another model, or repair chat_template in tokenizer_config.json.</source>
        <translation>请选择其他模型，或修复 tokenizer_config.json 中的 chat_template。</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请使用其他名称。</translation>
    </message>
    <message>
        <source>Choose another quantization, or get the version of it that is not quantized.</source>
        <translation>请选择其他量化方式，或获取该模型未量化的版本。</translation>
    </message>
    <message>
        <source>Choose another quantization: auto, or nf4 to save memory.</source>
        <translation>请选择其他量化方式：auto，或用 nf4 节省内存。</translation>
    </message>
    <message>
        <source>Choose the files in it.</source>
        <translation>请选择其中的文件。</translation>
    </message>
    <message>
        <source>Choose the instruction-tuned version of this model.</source>
        <translation>请选择此模型的指令微调版本。</translation>
    </message>
    <message>
        <source>Choose the version that is not quantized: CompLM quantizes it when it is loaded.</source>
        <translation>请选择未量化的版本：CompLM 会在加载时进行量化。</translation>
    </message>
    <message>
        <source>Close other CompLM windows or commands that use the same data folder, and try again.</source>
        <translation>请关闭使用同一数据文件夹的其他 CompLM 窗口或命令，然后重试。</translation>
    </message>
    <message>
        <source>Close other CompLM windows or commands, or delete the file yourself.</source>
        <translation>请关闭其他 CompLM 窗口或命令，或自行删除该文件。</translation>
    </message>
    <message>
        <source>Close other programs that use the graphics card.</source>
        <translation>请关闭其他使用显卡的程序。</translation>
    </message>
    <message>
        <source>Close other programs, ask about fewer documents, or choose a smaller model.</source>
        <translation>请关闭其他程序，减少提问的文档，或选择更小的模型。</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model, or set the quantization to NF4 in the settings.</source>
        <translation>请关闭其他程序，选择更小的模型，或在设置中将量化设为 NF4。</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller model: one needs a single device.</source>
        <translation>请关闭其他程序，或选择更小的模型：一个模型需要放在同一设备上。</translation>
    </message>
    <message>
        <source>Copy it again from the hub&apos;s page Settings &gt; Access Tokens.</source>
        <translation>请从模型库的 Settings &gt; Access Tokens 页面重新复制。</translation>
    </message>
    <message>
        <source>Correct the file, or delete it.</source>
        <translation>请更正该文件，或将其删除。</translation>
    </message>
    <message>
        <source>Delete the file, then add the models again.</source>
        <translation>请删除该文件，然后重新添加模型。</translation>
    </message>
    <message>
        <source>Devices: {devices}. Quantizations: {quantizations}.</source>
        <translation>设备：{devices}。量化方式：{quantizations}。</translation>
    </message>
    <message>
        <source>Download it again: what has not changed is kept.</source>
        <translation>请重新下载：未更改的部分会保留。</translation>
    </message>
    <message>
        <source>Download or copy it again, or save it again with a PDF viewer.</source>
        <translation>请重新下载或复制该文件，或用 PDF 阅读器重新保存。</translation>
    </message>
    <message>
        <source>Download or copy it again.</source>
        <translation>请重新下载或复制该文件。</translation>
    </message>
    <message>
        <source>Download the model again: what arrived whole is kept, only this file is fetched anew.</source>
        <translation>请重新下载模型：完好的部分会保留，只重新获取此文件。</translation>
    </message>
    <message>
        <source>Enter its password to read it.</source>
        <translation>请输入密码以阅读。</translation>
    </message>
    <message>
        <source>FP8 needs a graphics card that computes in it: NVIDIA&apos;s RTX 40, L4, H100 or later.</source>
        <translation>FP8 需要能以此格式计算的显卡：NVIDIA RTX 40、L4、H100 或更新的型号。</translation>
    </message>
    <message>
        <source>Free some disk space, or move the data folder with --data-dir, and try again.</source>
        <translation>请释放磁盘空间，或用 --data-dir 移动数据文件夹，然后重试。</translation>
    </message>
    <message>
        <source>Free some space, or choose a smaller model.</source>
        <translation>请释放空间，或选择更小的模型。</translation>
    </message>
    <message>
        <source>Free some space, then try again: what is there is kept.</source>
        <translation>请释放空间后重试：已有的部分会保留。</translation>
    </message>
    <message>
        <source>Get the model again in the safetensors format; other formats can run foreign code.</source>
        <translation>请重新获取 safetensors 格式的模型；其他格式可能运行外来代码。</translation>
    </message>
    <message>
        <source>Get the model again, or choose another one.</source>
        <translation>请重新获取模型，或选择其他模型。</translation>
    </message>
    <message>
        <source>Give the id of one: {ids}.</source>
        <translation>请给出其中一个的标识：{ids}。</translation>
    </message>
    <message>
        <source>Install what is missing, for example with: sudo apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1</source>
        <translation>请安装缺少的库，例如：sudo apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1</translation>
    </message>
    <message>
        <source>It starts again when it is needed. If this happens again, close other programs: there may be too little memory.</source>
        <translation>需要时会重新启动。如果再次发生，请关闭其他程序：内存可能不足。</translation>
    </message>
    <message>
        <source>It was moved, renamed or deleted. Put it back, or add it from its new place.</source>
        <translation>文件已被移动、重命名或删除。请将其放回原处，或从新位置重新添加。</translation>
    </message>
    <message>
        <source>Make a new one and store it in Settings.</source>
        <translation>请创建新的令牌并保存到设置中。</translation>
    </message>
    <message>
        <source>Only models that were added or downloaded can be removed.</source>
        <translation>只能移除添加或下载的模型。</translation>
    </message>
    <message>
        <source>Open it in another program to check, or get it again.</source>
        <translation>请用其他程序打开检查，或重新获取该文件。</translation>
    </message>
    <message>
        <source>Open it in the program it was made for and save a copy without protection.</source>
        <translation>请用创建它的程序打开，并另存为无保护的副本。</translation>
    </message>
    <message>
        <source>Open it once where you may write it, or choose another folder with --data-dir.</source>
        <translation>请在有写入权限的位置打开一次，或用 --data-dir 选择其他文件夹。</translation>
    </message>
    <message>
        <source>Open {page} in a browser, sign in, and accept the conditions. Then try again.</source>
        <translation>请在浏览器中打开 {page}，登录并接受条件，然后重试。</translation>
    </message>
    <message>
        <source>Other formats can run foreign code or need another program. Look for a version of this model that has safetensors files.</source>
        <translation>其他格式可能运行外来代码，或需要其他程序。请查找此模型含有 safetensors 文件的版本。</translation>
    </message>
    <message>
        <source>Ratios that it has: {listed} (1 reads everything word for word).</source>
        <translation>可用的压缩比：{listed}（1 表示逐字阅读）。</translation>
    </message>
    <message>
        <source>Reading {file} failed: the file is damaged or needs too much memory.</source>
        <translation>读取 {file} 失败：文件已损坏或需要过多内存。</translation>
    </message>
    <message>
        <source>Remove it first, or rename the folder.</source>
        <translation>请先将其移除，或重命名文件夹。</translation>
    </message>
    <message>
        <source>Remove it from the environment, then start CompLM again.</source>
        <translation>请将其从环境中移除，然后重新启动 CompLM。</translation>
    </message>
    <message>
        <source>Remove it. There are: {known}.</source>
        <translation>请将其移除。可用的设置：{known}。</translation>
    </message>
    <message>
        <source>Remove the folder to use the model without a compressor, or train it again.</source>
        <translation>请删除该文件夹以在没有压缩器的情况下使用模型，或重新训练压缩器。</translation>
    </message>
    <message>
        <source>Repair or delete it.</source>
        <translation>请修复或删除该文件。</translation>
    </message>
    <message>
        <source>Run text recognition (OCR) on it, for example with ocrmypdf, and add the result.</source>
        <translation>请对其进行文字识别（OCR），例如使用 ocrmypdf，然后添加结果。</translation>
    </message>
    <message>
        <source>Run text recognition (OCR) on it, or save it again from the program that made it.</source>
        <translation>请对其进行文字识别（OCR），或用创建它的程序重新保存。</translation>
    </message>
    <message>
        <source>Save an unprotected copy with the program that made it, and add that.</source>
        <translation>请用创建它的程序保存一份无保护的副本，然后添加该副本。</translation>
    </message>
    <message>
        <source>Save it again with a PDF viewer (“Print to PDF”), or split it.</source>
        <translation>请用 PDF 阅读器重新保存（“打印为 PDF”），或将其拆分。</translation>
    </message>
    <message>
        <source>Save it as PDF first.</source>
        <translation>请先将其另存为 PDF。</translation>
    </message>
    <message>
        <source>Save it as PDF, or as text in UTF-8.</source>
        <translation>请将其另存为 PDF，或 UTF-8 编码的文本。</translation>
    </message>
    <message>
        <source>See the list of documents and their pages.</source>
        <translation>请查看文档及其页数的列表。</translation>
    </message>
    <message>
        <source>Split it into smaller files, or save it again with another program.</source>
        <translation>请将其拆分为较小的文件，或用其他程序重新保存。</translation>
    </message>
    <message>
        <source>Split it into smaller files.</source>
        <translation>请将其拆分为较小的文件。</translation>
    </message>
    <message>
        <source>Start a new one.</source>
        <translation>请新建一个对话。</translation>
    </message>
    <message>
        <source>Start again: the file is then made anew. Documents and chats are not in it; what is lost is computed again.</source>
        <translation>请重新启动：届时将重新创建该文件。其中不含文档和对话；丢失的内容会重新计算。</translation>
    </message>
    <message>
        <source>Store it in the settings again.</source>
        <translation>请在设置中重新保存。</translation>
    </message>
    <message>
        <source>Switch off “Never use the network” in the settings (offline = false), then try again.</source>
        <translation>请在设置中关闭“从不使用网络”（offline = false），然后重试。</translation>
    </message>
    <message>
        <source>The access token cannot be written to {file}: {reason}.</source>
        <translation>无法将访问令牌写入 {file}：{reason}。</translation>
    </message>
    <message>
        <source>The access token in {file} cannot be read.</source>
        <translation>无法读取 {file} 中的访问令牌。</translation>
    </message>
    <message>
        <source>The compressor in {folder} cannot be read: {reason}</source>
        <translation>无法读取 {folder} 中的压缩器：{reason}</translation>
    </message>
    <message>
        <source>The compressor in {folder} cannot be read: {reason}.</source>
        <translation>无法读取 {folder} 中的压缩器：{reason}。</translation>
    </message>
    <message>
        <source>The compressor in {folder} does not fit the model: {reason}.</source>
        <translation>{folder} 中的压缩器与模型不匹配：{reason}。</translation>
    </message>
    <message>
        <source>The copy needs {needed:.1f} GB, and {free:.1f} GB are free.</source>
        <translation>副本需要 {needed:.1f} GB，可用空间为 {free:.1f} GB。</translation>
    </message>
    <message>
        <source>The disk failed while {path} was used ({reason}).</source>
        <translation>使用 {path} 时磁盘出错（{reason}）。</translation>
    </message>
    <message>
        <source>The disk with {folder} is full.</source>
        <translation>{folder} 所在的磁盘已满。</translation>
    </message>
    <message>
        <source>The file was left as it is. Put a backup in its place, or move it away to start with an empty one.</source>
        <translation>文件保持原样。请用备份替换，或将其移走以从空文件开始。</translation>
    </message>
    <message>
        <source>The file {file} cannot be read: {reason}.</source>
        <translation>无法读取文件 {file}：{reason}。</translation>
    </message>
    <message>
        <source>The file {file} holds no settings.</source>
        <translation>文件 {file} 不含设置。</translation>
    </message>
    <message>
        <source>The file {file} is damaged: {reason}.</source>
        <translation>文件 {file} 已损坏：{reason}。</translation>
    </message>
    <message>
        <source>The folder {folder!r} cannot be made: {reason}.</source>
        <translation>无法创建文件夹“{folder}”：{reason}。</translation>
    </message>
    <message>
        <source>The hub at {hub} answers with error {status}.</source>
        <translation>模型库 {hub} 返回错误 {status}。</translation>
    </message>
    <message>
        <source>The hub at {hub} cannot be reached.</source>
        <translation>无法连接模型库 {hub}。</translation>
    </message>
    <message>
        <source>The hub at {hub} has no model {repo} that anybody may see.</source>
        <translation>模型库 {hub} 上没有公开的模型 {repo}。</translation>
    </message>
    <message>
        <source>The hub does not accept the access token.</source>
        <translation>模型库不接受此访问令牌。</translation>
    </message>
    <message>
        <source>The hub does not say how large {file} of {repo} is, or its checksum.</source>
        <translation>模型库未提供 {repo} 中 {file} 的大小或校验和。</translation>
    </message>
    <message>
        <source>The hub ends {file} before its {size:,} bytes.</source>
        <translation>模型库在 {file} 达到 {size:,} 字节之前结束了传输。</translation>
    </message>
    <message>
        <source>The hub sent more of {file} than the {size:,} bytes that it has.</source>
        <translation>模型库发送的 {file} 超出了其 {size:,} 字节。</translation>
    </message>
    <message>
        <source>The library is empty.</source>
        <translation>文库为空。</translation>
    </message>
    <message>
        <source>The list of added models in {file} cannot be read: {reason}.</source>
        <translation>无法读取 {file} 中的模型列表：{reason}。</translation>
    </message>
    <message>
        <source>The model has no chat template, so it was not trained to answer questions.</source>
        <translation>模型没有对话模板，因此未针对问答进行训练。</translation>
    </message>
    <message>
        <source>The model in {folder} cannot be used: {reason}.</source>
        <translation>无法使用 {folder} 中的模型：{reason}。</translation>
    </message>
    <message>
        <source>The model in {path} has no weights: {missing} is missing.</source>
        <translation>{path} 中的模型没有权重：缺少 {missing}。</translation>
    </message>
    <message>
        <source>The model in {path} has no {missing}.</source>
        <translation>{path} 中的模型缺少 {missing}。</translation>
    </message>
    <message>
        <source>The model in {path} is a {kind}: it does not write text.</source>
        <translation>{path} 中的模型是 {kind}：它不生成文本。</translation>
    </message>
    <message>
        <source>The model in {path} is of the kind {kind!r}, which CompLM cannot read.</source>
        <translation>{path} 中的模型类型为“{kind}”，CompLM 无法读取。</translation>
    </message>
    <message>
        <source>The model in {path} is stored in {method}, which CompLM does not read.</source>
        <translation>{path} 中的模型以 {method} 存储，CompLM 无法读取。</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot be used: {reason}</source>
        <translation>无法使用模型的对话模板：{reason}</translation>
    </message>
    <message>
        <source>The owner of {repo} has not given you access yet.</source>
        <translation>{repo} 的所有者尚未授予您访问权限。</translation>
    </message>
    <message>
        <source>The part of CompLM that reads and answers has stopped.</source>
        <translation>CompLM 负责阅读和回答的部分已停止。</translation>
    </message>
    <message>
        <source>The password of {file} is not right.</source>
        <translation>{file} 的密码不正确。</translation>
    </message>
    <message>
        <source>The question is empty.</source>
        <translation>问题为空。</translation>
    </message>
    <message>
        <source>The question leaves {model} no room to read a passage.</source>
        <translation>问题过长，{model} 没有余量阅读任何段落。</translation>
    </message>
    <message>
        <source>The question needs {needed:,} positions, and {model} reads {window:,}.</source>
        <translation>问题需要 {needed:,} 个位置，而 {model} 最多读取 {window:,} 个。</translation>
    </message>
    <message>
        <source>The setting {key} in {path} is {value}.</source>
        <translation>{path} 中的设置 {key} 为 {value}。</translation>
    </message>
    <message>
        <source>The settings cannot be written to {path}: {reason}.</source>
        <translation>无法将设置写入 {path}：{reason}。</translation>
    </message>
    <message>
        <source>The settings in {path} are not TOML: {reason}.</source>
        <translation>{path} 中的设置不是 TOML 格式：{reason}。</translation>
    </message>
    <message>
        <source>The settings in {path} cannot be read: {reason}.</source>
        <translation>无法读取 {path} 中的设置：{reason}。</translation>
    </message>
    <message>
        <source>The text of {file} cannot be decoded (pages: {count:,}).</source>
        <translation>无法解码 {file} 的文本（页数：{count:,}）。</translation>
    </message>
    <message>
        <source>The variable HF_HUB_OFFLINE keeps this computer&apos;s programs from the hub.</source>
        <translation>变量 HF_HUB_OFFLINE 禁止本机程序访问模型库。</translation>
    </message>
    <message>
        <source>The window cannot start: {reason}.</source>
        <translation>窗口无法启动：{reason}。</translation>
    </message>
    <message>
        <source>There are no collections yet.</source>
        <translation>还没有集合。</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>现有：{names}。</translation>
    </message>
    <message>
        <source>There is a collection {name!r} already.</source>
        <translation>已有名为“{name}”的集合。</translation>
    </message>
    <message>
        <source>There is a model {model} already.</source>
        <translation>已有模型 {model}。</translation>
    </message>
    <message>
        <source>There is no collection {name!r}.</source>
        <translation>没有名为“{name}”的集合。</translation>
    </message>
    <message>
        <source>There is no device {device!r} or no quantization {quantization!r}.</source>
        <translation>没有设备“{device}”或量化方式“{quantization}”。</translation>
    </message>
    <message>
        <source>There is no file {path!r}.</source>
        <translation>没有文件“{path}”。</translation>
    </message>
    <message>
        <source>There is no model folder {path}.</source>
        <translation>没有模型文件夹 {path}。</translation>
    </message>
    <message>
        <source>There is no model in {folder}: {file} is missing.</source>
        <translation>{folder} 中没有模型：缺少 {file}。</translation>
    </message>
    <message>
        <source>There is no page {page} in document {document}.</source>
        <translation>文档 {document} 没有第 {page} 页。</translation>
    </message>
    <message>
        <source>There is no room to write {path} ({reason}).</source>
        <translation>没有空间写入 {path}（{reason}）。</translation>
    </message>
    <message>
        <source>There is no text to read.</source>
        <translation>没有可读的文本。</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>内存不足，无法完成。</translation>
    </message>
    <message>
        <source>There is not enough memory for {model}.</source>
        <translation>内存不足，无法加载 {model}。</translation>
    </message>
    <message>
        <source>There is not enough memory on the graphics card to compress.</source>
        <translation>显存不足，无法压缩。</translation>
    </message>
    <message>
        <source>There is not enough memory on the graphics card to read {needed:,} positions.</source>
        <translation>显存不足，无法读取 {needed:,} 个位置。</translation>
    </message>
    <message>
        <source>This chat was deleted.</source>
        <translation>此对话已删除。</translation>
    </message>
    <message>
        <source>This could not be done because of a bug in CompLM.</source>
        <translation>由于 CompLM 的程序错误，操作未能完成。</translation>
    </message>
    <message>
        <source>This is no access token: one has neither spaces nor special characters.</source>
        <translation>这不是访问令牌：访问令牌不含空格和特殊字符。</translation>
    </message>
    <message>
        <source>This machine has no {device} device that PyTorch can use.</source>
        <translation>本机没有 PyTorch 可用的 {device} 设备。</translation>
    </message>
    <message>
        <source>This model is being downloaded already.</source>
        <translation>此模型已在下载。</translation>
    </message>
    <message>
        <source>This password does not open {file}.</source>
        <translation>此密码无法打开 {file}。</translation>
    </message>
    <message>
        <source>Try again in some minutes.</source>
        <translation>请过几分钟再试。</translation>
    </message>
    <message>
        <source>Try again later, or set another mirror.</source>
        <translation>请稍后再试，或设置其他镜像。</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>请稍后再试。</translation>
    </message>
    <message>
        <source>Try another one.</source>
        <translation>请尝试其他密码。</translation>
    </message>
    <message>
        <source>Try it again.</source>
        <translation>请重试。</translation>
    </message>
    <message>
        <source>Update CompLM, or choose another folder with --data-dir.</source>
        <translation>请更新 CompLM，或用 --data-dir 选择其他文件夹。</translation>
    </message>
    <message>
        <source>Set the device to auto or cpu in the settings.</source>
        <translation>请在设置中将设备设为 auto 或 cpu。</translation>
    </message>
    <message>
        <source>Use it, or remove it first.</source>
        <translation>请直接使用，或先将其移除。</translation>
    </message>
    <message>
        <source>Use the model where it is, or free some space.</source>
        <translation>请在原位置使用模型，或释放空间。</translation>
    </message>
    <message>
        <source>Wait for it, or stop the other download.</source>
        <translation>请等待其完成，或停止另一个下载。</translation>
    </message>
    <message>
        <source>Without them CompLM cannot tell a damaged file. Set another mirror in the settings.</source>
        <translation>没有这些信息，CompLM 无法识别损坏的文件。请在设置中使用其他镜像。</translation>
    </message>
    <message>
        <source>Write one.</source>
        <translation>请输入问题。</translation>
    </message>
    <message>
        <source>Write what you want to know.</source>
        <translation>请写下您想了解的内容。</translation>
    </message>
    <message>
        <source>You have no permission to read {file}.</source>
        <translation>您没有读取 {file} 的权限。</translation>
    </message>
    <message>
        <source>You may not read {path!r}.</source>
        <translation>您没有读取“{path}”的权限。</translation>
    </message>
    <message>
        <source>a whole number from {low} to {high}</source>
        <translation>{low} 到 {high} 之间的整数</translation>
    </message>
    <message>
        <source>an address such as https://hub.example.org</source>
        <translation>形如 https://hub.example.org 的地址</translation>
    </message>
    <message>
        <source>it cannot be loaded: {reason}</source>
        <translation>无法加载：{reason}</translation>
    </message>
    <message>
        <source>it names no token that ends an answer</source>
        <translation>未指定结束回答的词元</translation>
    </message>
    <message>
        <source>its config makes no sense: {reason}</source>
        <translation>其配置无效：{reason}</translation>
    </message>
    <message>
        <source>its tokenizer cannot be read: {reason}</source>
        <translation>无法读取其分词器：{reason}</translation>
    </message>
    <message>
        <source>its tokenizer has more tokens than the model knows</source>
        <translation>其分词器的词元多于模型所知</translation>
    </message>
    <message>
        <source>its usual ratio {ratio} is none of its compressor&apos;s</source>
        <translation>其常用压缩比 {ratio} 不属于其压缩器</translation>
    </message>
    <message>
        <source>its width is {width}, the model&apos;s {expected}</source>
        <translation>其宽度为 {width}，而模型为 {expected}</translation>
    </message>
    <message>
        <source>one of {choices}</source>
        <translation>{choices} 之一</translation>
    </message>
    <message>
        <source>the path of a model&apos;s folder</source>
        <translation>模型文件夹的路径</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>{count} weights are missing, {first} first</source>
        <translation>缺少 {count} 个权重，首先是 {first}</translation>
    </message>
    <message>
        <source>{file!r} is not a file.</source>
        <translation>“{file}”不是文件。</translation>
    </message>
    <message>
        <source>{file} arrived damaged: its checksum is not the one that the hub names.</source>
        <translation>{file} 下载后已损坏：校验和与模型库提供的不符。</translation>
    </message>
    <message>
        <source>{file} cannot be opened: {reason}.</source>
        <translation>无法打开 {file}：{reason}。</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>无法读取 {file}：{reason}。</translation>
    </message>
    <message>
        <source>{file} has no pages.</source>
        <translation>{file} 没有页面。</translation>
    </message>
    <message>
        <source>{file} has no text (pages: {count:,}).</source>
        <translation>{file} 没有文本（页数：{count:,}）。</translation>
    </message>
    <message>
        <source>{file} has pictures of text, but no text (pages: {count:,}).</source>
        <translation>{file} 只有文字的图像，没有文本（页数：{count:,}）。</translation>
    </message>
    <message>
        <source>{file} has {count:,} pages; at most {limit:,} can be read.</source>
        <translation>{file} 有 {count:,} 页；最多可读取 {limit:,} 页。</translation>
    </message>
    <message>
        <source>{file} has {size:,.0f} MB; at most {limit:,.0f} MB can be read.</source>
        <translation>{file} 大小为 {size:,.0f} MB；最多可读取 {limit:,.0f} MB。</translation>
    </message>
    <message>
        <source>{file} holds more than {limit:,} characters of text.</source>
        <translation>{file} 的文本超过 {limit:,} 个字符。</translation>
    </message>
    <message>
        <source>{file} is a PostScript file, not a PDF or a text file.</source>
        <translation>{file} 是 PostScript 文件，不是 PDF 或文本文件。</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} 是文件夹。</translation>
    </message>
    <message>
        <source>{file} is an RTF file, not a PDF or a text file.</source>
        <translation>{file} 是 RTF 文件，不是 PDF 或文本文件。</translation>
    </message>
    <message>
        <source>{file} is an office document or an archive, not a PDF or a text file.</source>
        <translation>{file} 是办公文档或压缩包，不是 PDF 或文本文件。</translation>
    </message>
    <message>
        <source>{file} is an old office document, not a PDF or a text file.</source>
        <translation>{file} 是旧版办公文档，不是 PDF 或文本文件。</translation>
    </message>
    <message>
        <source>{file} is being written by another program ({reason}).</source>
        <translation>{file} 正被其他程序写入（{reason}）。</translation>
    </message>
    <message>
        <source>{file} is cut off: the end of the PDF is missing.</source>
        <translation>{file} 不完整：PDF 的末尾缺失。</translation>
    </message>
    <message>
        <source>{file} is damaged or not a PDF.</source>
        <translation>{file} 已损坏或不是 PDF。</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a PDF.</source>
        <translation>{file} 已损坏：无法作为 PDF 打开。</translation>
    </message>
    <message>
        <source>{file} is empty.</source>
        <translation>{file} 为空。</translation>
    </message>
    <message>
        <source>{file} is encrypted in a way that cannot be read here.</source>
        <translation>{file} 的加密方式在此无法读取。</translation>
    </message>
    <message>
        <source>{file} is neither a PDF nor a text file.</source>
        <translation>{file} 既不是 PDF 也不是文本文件。</translation>
    </message>
    <message>
        <source>{file} is no longer there.</source>
        <translation>{file} 已不存在。</translation>
    </message>
    <message>
        <source>{file} is not an ordinary file.</source>
        <translation>{file} 不是普通文件。</translation>
    </message>
    <message>
        <source>{file} is not there.</source>
        <translation>{file} 不存在。</translation>
    </message>
    <message>
        <source>{file} is protected by a password.</source>
        <translation>{file} 受密码保护。</translation>
    </message>
    <message>
        <source>{file} is protected in a way that cannot be opened here.</source>
        <translation>{file} 的保护方式在此无法打开。</translation>
    </message>
    <message>
        <source>{file} is too long.</source>
        <translation>{file} 过长。</translation>
    </message>
    <message>
        <source>{file} needs a password.</source>
        <translation>{file} 需要密码。</translation>
    </message>
    <message>
        <source>{file} needs more memory than a document may take.</source>
        <translation>{file} 所需内存超过单个文档的上限。</translation>
    </message>
    <message>
        <source>{file} takes too long to read; reading was stopped.</source>
        <translation>读取 {file} 耗时过长，已停止读取。</translation>
    </message>
    <message>
        <source>{folder} cannot be written: {reason}.</source>
        <translation>无法写入 {folder}：{reason}。</translation>
    </message>
    <message>
        <source>{folder} is not one of the models that CompLM keeps.</source>
        <translation>{folder} 不是 CompLM 管理的模型。</translation>
    </message>
    <message>
        <source>{model} cannot compress {ratio} to 1.</source>
        <translation>{model} 无法以 {ratio}:1 压缩。</translation>
    </message>
    <message>
        <source>{model} cannot follow a chat.</source>
        <translation>{model} 无法接续对话。</translation>
    </message>
    <message>
        <source>{model} is stored quantized, and cannot be read in FP8.</source>
        <translation>{model} 以量化形式存储，无法以 FP8 读取。</translation>
    </message>
    <message>
        <source>{model} needs about {needed:.1f} GB of memory, and {free:.1f} GB are free.</source>
        <translation>{model} 约需 {needed:.1f} GB 内存，可用 {free:.1f} GB。</translation>
    </message>
    <message>
        <source>{name} has no counterpart</source>
        <translation>{name} 没有对应项</translation>
    </message>
    <message>
        <source>{path!r} cannot be read: {reason}.</source>
        <translation>无法读取“{path}”：{reason}。</translation>
    </message>
    <message>
        <source>{path} cannot be opened or written ({reason}).</source>
        <translation>无法打开或写入 {path}（{reason}）。</translation>
    </message>
    <message>
        <source>{path} has a setting {key!r} that does not exist.</source>
        <translation>{path} 中有不存在的设置“{key}”。</translation>
    </message>
    <message>
        <source>{path} is damaged ({reason}).</source>
        <translation>{path} 已损坏（{reason}）。</translation>
    </message>
    <message>
        <source>{path} is damaged and cannot be moved out of the way ({reason}).</source>
        <translation>{path} 已损坏且无法移开（{reason}）。</translation>
    </message>
    <message>
        <source>{path} was written by a newer version of CompLM.</source>
        <translation>{path} 由更新版本的 CompLM 写入。</translation>
    </message>
    <message>
        <source>{path} was written by an older version of CompLM and cannot be brought up to date: you may not write it.</source>
        <translation>{path} 由旧版本的 CompLM 写入，无法升级：您没有写入权限。</translation>
    </message>
    <message>
        <source>{reference!r} is more than one document of the library.</source>
        <translation>“{reference}”对应文库中的多个文档。</translation>
    </message>
    <message>
        <source>{reference!r} is not in the library.</source>
        <translation>“{reference}”不在文库中。</translation>
    </message>
    <message>
        <source>{repo!r} is not the name of a model on the hub.</source>
        <translation>“{repo}”不是模型库中的模型名称。</translation>
    </message>
    <message>
        <source>{repo} has no weights in the safetensors format, only in others.</source>
        <translation>{repo} 没有 safetensors 格式的权重，只有其他格式。</translation>
    </message>
    <message>
        <source>{repo} has no weights of a language model.</source>
        <translation>{repo} 没有语言模型的权重。</translation>
    </message>
    <message>
        <source>{repo} is not the name of a model on the hub.</source>
        <translation>{repo} 不是模型库中的模型名称。</translation>
    </message>
    <message>
        <source>{repo} is only given to people who have accepted its conditions.</source>
        <translation>{repo} 只提供给已接受其条件的用户。</translation>
    </message>
    <message>
        <source>{repo} lacks config.json or tokenizer.json.</source>
        <translation>{repo} 缺少 config.json 或 tokenizer.json。</translation>
    </message>
    <message>
        <source>{repo} needs {needed:.1f} GB more on the disk, and {free:.1f} GB are free where the models are kept ({models}).</source>
        <translation>{repo} 还需要 {needed:.1f} GB 磁盘空间，而存放模型的位置（{models}）可用 {free:.1f} GB。</translation>
    </message>
    <message>
        <source>{repo} was changed on the hub while it was downloaded.</source>
        <translation>下载期间 {repo} 在模型库中发生了更改。</translation>
    </message>
    <message>
        <source>{repo} was not downloaded, because CompLM is set to stay offline.</source>
        <translation>{repo} 未下载，因为 CompLM 已设为离线。</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Loading the model, once after the start</source>
        <translation>正在加载模型，每次启动仅一次</translation>
    </message>
    <message>
        <source>Reading what is new to it: %1</source>
        <translation>正在读取新内容：%1</translation>
    </message>
    <message>
        <source>Looking through the documents</source>
        <translation>正在查找文档</translation>
    </message>
    <message>
        <source>That password does not open “%1”. Try another one.</source>
        <translation>此密码无法打开“%1”。请尝试其他密码。</translation>
    </message>
    <message>
        <source>“%1” is protected. Its password stays in memory until CompLM is closed.</source>
        <translation>“%1”受保护。密码仅保留在内存中，直到 CompLM 关闭。</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Other documents</source>
        <translation>其他文档</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Needs its password</source>
        <translation>需要密码</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>folder not found</source>
        <translation>未找到文件夹</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Cannot be watched, it is not there: %1</source>
        <translation>文件夹不存在，无法监视：%1</translation>
    </message>
    <message>
        <source>New documents are added by themselves: %1</source>
        <translation>自动添加新文档：%1</translation>
    </message>
    <message>
        <source>changed, re-reading</source>
        <translation>已更改，正在重新读取</translation>
    </message>
    <message>
        <source>another CompLM is reading it</source>
        <translation>另一个 CompLM 正在读取</translation>
    </message>
    <message>
        <source>getting ready</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>reading %1</source>
        <translation>正在读取 %1</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>占用磁盘 %1</translation>
    </message>
    <message>
        <source>stored in 4 bits</source>
        <translation>以 4 位存储</translation>
    </message>
    <message>
        <source>stored in 8 bits</source>
        <translation>以 8 位存储</translation>
    </message>
    <message>
        <source>%1 billion parameters</source>
        <translation>%1B 参数</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>需下载 %1</translation>
    </message>
    <message>
        <source>%1 of memory in 4 bits</source>
        <translation>4 位时占内存 %1</translation>
    </message>
    <message>
        <source>conditions to accept first</source>
        <translation>需先接受条件</translation>
    </message>
    <message>
        <source>Stopped, %1 have arrived</source>
        <translation>已停止，已下载 %1</translation>
    </message>
    <message>
        <source>%1 of memory</source>
        <translation>内存 %1</translation>
    </message>
    <message>
        <source>%1, %2 in 4 bits</source>
        <translation>%1，4 位时 %2</translation>
    </message>
    <message>
        <source>no compressor: reads every word</source>
        <translation>无压缩器：逐字阅读</translation>
    </message>
    <message>
        <source>another model</source>
        <translation>其他模型</translation>
    </message>
    <message>
        <source>not compressed</source>
        <translation>未压缩</translation>
    </message>
    <message>
        <source>%1×</source>
        <translation>%1×</translation>
    </message>
    <message>
        <source>compresses %1</source>
        <translation>压缩 %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>Checking the model</source>
        <translation>正在检查模型</translation>
    </message>
    <message>
        <source>Asking the hub</source>
        <translation>正在查询模型库</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>“%1” is not where it was when it was added.</source>
        <translation>“%1”已不在添加时的位置。</translation>
    </message>
    <message>
        <source>Add it again from its new place. Its text stays in the library until then.</source>
        <translation>请从新位置重新添加。在此之前，其文本仍保留在文库中。</translation>
    </message>
    <message>
        <source>%1, ratio %2</source>
        <translation>%1，压缩比 %2</translation>
    </message>
    <message>
        <source>Choosing what to read: %1</source>
        <translation>选择阅读内容：%1</translation>
    </message>
    <message>
        <source>Compressing: %1</source>
        <translation>压缩：%1</translation>
    </message>
    <message>
        <source>Reading: %1</source>
        <translation>读取：%1</translation>
    </message>
    <message>
        <source>%1 of %2 positions were still in memory</source>
        <translation>%2 个位置中有 %1 个仍在内存中</translation>
    </message>
    <message>
        <source>page %1</source>
        <translation>第 %1 页</translation>
    </message>
    <message>
        <source>%1 pages/s</source>
        <translation>%1 页/秒</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>p. %1</source>
        <translation>第 %1 页</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 页</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 页</translation>
    </message>
    <message>
        <source>1 document</source>
        <translation>1 个文档</translation>
    </message>
    <message>
        <source>%1 documents</source>
        <translation>%1 个文档</translation>
    </message>
    <message>
        <source>1 of %1 pages has no text</source>
        <translation>%1 页中有 1 页没有文字</translation>
    </message>
    <message>
        <source>%1 of %2 pages have no text</source>
        <translation>%2 页中有 %1 页没有文本</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>Read for this question: %1 of the model&apos;s positions</source>
        <translation>此问题的阅读量：模型的 %1 个位置</translation>
    </message>
    <message>
        <source>Not compressed yet: %1 tokens</source>
        <translation>尚未压缩：%1 个词元</translation>
    </message>
    <message>
        <source>The wait goes by what this computer has done so far.</source>
        <translation>等待时间根据本机以往的速度估算。</translation>
    </message>
    <message>
        <source>The wait is known after the first answer.</source>
        <translation>首次回答后才能估算等待时间。</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>还剩 %1 秒</translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation>还剩 %1 分钟</translation>
    </message>
    <message>
        <source>%1 h %2 min left</source>
        <translation>还剩 %1 小时 %2 分钟</translation>
    </message>
    <message>
        <source>no memory for more</source>
        <translation>内存不足以读取更多</translation>
    </message>
    <message>
        <source>nothing in %1</source>
        <translation>未读取任何内容：%1</translation>
    </message>
    <message>
        <source>1 document was still being read</source>
        <translation>1 个文档仍在读取中</translation>
    </message>
    <message>
        <source>%1 documents were still being read</source>
        <translation>%1 个文档仍在读取中</translation>
    </message>
    <message>
        <source>first word in about %1</source>
        <translation>约 %1后出现首字</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>Read the whole page</source>
        <translation>已读整页</translation>
    </message>
    <message>
        <source>Read all %1 pages</source>
        <translation>已读全部 %1 页</translation>
    </message>
    <message>
        <source>Read everything: %1 of %2 pages have text</source>
        <translation>已全部读取：%2 页中有 %1 页有文本</translation>
    </message>
    <message>
        <source>Read %1 of %2 pages</source>
        <translation>已读 %2 页中的 %1 页</translation>
    </message>
    <message>
        <source>%1 of %2 segments reused</source>
        <translation>%2 个片段中重用了 %1 个</translation>
    </message>
    <message>
        <source>The document does not say.</source>
        <translation>文档中没有提到。</translation>
    </message>
    <message>
        <source>The documents do not say.</source>
        <translation>这些文档中没有提到。</translation>
    </message>
    <message>
        <source>1 segment</source>
        <translation>1 个片段</translation>
    </message>
    <message>
        <source>%1 segments</source>
        <translation>%1 个片段</translation>
    </message>
    <message>
        <source>first word after %1</source>
        <translation>%1后出现首字</translation>
    </message>
</context>
</TS>
