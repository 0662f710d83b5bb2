using System.Globalization;
using System.Text;

namespace Containerize.Inspection.Report.Pages;

/// <summary>
/// Writes HTML that is XML as well: every element is closed and every attribute has quotes. Every text and every value
/// of an attribute passes <see cref="Escape"/>, whatever its source.
/// </summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new("<!doctype html>\n");
    private readonly Stack<string> _open = [];

    /// <summary>Opens an element; its attributes are names with values, one after the other.</summary>
    public Html Open(string name, params ReadOnlySpan<string> attributes)
    {
        Tag(name, attributes);
        _text.Append('>');
        _open.Push(name);
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public Html Close()
    {
        _text.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    /// <summary>Closes the element that was opened last, and the line.</summary>
    public Html CloseLine()
    {
        Close();
        _text.Append('\n');
        return this;
    }

    /// <summary>A text.</summary>
    public Html Text(string text)
    {
        AppendEscaped(_text, text);
        return this;
    }

    /// <summary>An element with nothing but a text in it.</summary>
    public Html Leaf(string name, string text, params ReadOnlySpan<string> attributes) =>
        Open(name, attributes).Text(text).Close();

    /// <summary>An element without content.</summary>
    public Html Empty(string name, params ReadOnlySpan<string> attributes)
    {
        Tag(name, attributes);
        _text.Append("/>");
        return this;
    }

    /// <summary>An element whose content is ours and is written as it is: the style and the script.</summary>
    public Html Own(string name, string content)
    {
        Tag(name, []);
        _text.Append('>').Append(content).Append("</").Append(name).Append(">\n");
        return this;
    }

    /// <summary>The page.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>A text as HTML shows it to the letter.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        AppendEscaped(escaped, text);
        return escaped.ToString();
    }

    private void Tag(string name, ReadOnlySpan<string> attributes)
    {
        _text.Append('<').Append(name);
        for (var i = 0; i < attributes.Length; i += 2)
        {
            _text.Append(' ').Append(attributes[i]).Append("=\"");
            AppendEscaped(_text, attributes[i + 1]);
            _text.Append('"');
        }
    }

    // What cannot be seen, or turns the direction of what can, is shown by its number: a name must not look like
    // another.
    private static void AppendEscaped(StringBuilder target, string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    target.Append("&amp;");
                    break;
                case '<':
                    target.Append("&lt;");
                    break;
                case '>':
                    target.Append("&gt;");
                    break;
                case '"':
                    target.Append("&quot;");
                    break;
                case '\'':
                    target.Append("&#39;");
                    break;
                case '\n' or '\t':
                    target.Append((char)rune.Value);
                    break;
                case var value when IsInvisible(rune):
                    target.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x}}}");
                    break;
                default:
                    target.Append(rune.ToString());
                    break;
            }
        }
    }

    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
        || (rune.Value & 0xFFFE) == 0xFFFE;
}
