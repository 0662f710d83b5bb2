using Markdig;

namespace HelloWeb;

/// <summary>Pages written in Markdown, shown in one frame.</summary>
/// <param name="folder">Where the <c>.md</c> files lie.</param>
public sealed class MarkdownPages(string folder)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    /// <summary>A page as HTML.</summary>
    /// <param name="name">The name of its file, without extension.</param>
    public string Render(string name)
    {
        var markdown = File.ReadAllText(Path.Combine(folder, $"{name}.md"));
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width">
              <title>HelloWeb</title>
              <link rel="stylesheet" href="/css/site.css">
              <link rel="icon" href="/img/box.svg">
              <script type="module" src="/js/site.js"></script>
            </head>
            <body>
            {Markdown.ToHtml(markdown, Pipeline)}
            </body>
            </html>
            """;
    }
}
