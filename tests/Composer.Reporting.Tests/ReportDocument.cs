using System.Text;
using System.Xml;
using System.Xml.Linq;
using Composer.Stages.Report;

namespace Composer.Reporting.Tests;

/// <summary>A rendered report, read back as XML, which it must be.</summary>
internal sealed class ReportDocument
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    private ReportDocument(byte[] bytes)
    {
        Source = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        using var reader = XmlReader.Create(new StringReader(Source), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        Root = XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
    }

    public string Source { get; }

    public XElement Root { get; }

    public static ReportDocument Of(ReportContent content) => new(new HtmlReportRenderer().Render(content));

    public static ReportDocument Of(SampleReport sample) => Of(sample.Build());

    public IEnumerable<XElement> All(string element) => Root.Descendants(Html + element);

    public IEnumerable<XElement> Svgs => Root.Descendants().Where(e => e.Name.LocalName == "svg" && (string?)e.Attribute("role") == "img");

    public XElement Section(string id) => All("section").Single(s => (string?)s.Attribute("id") == id);

    public bool HasSection(string id) => All("section").Any(s => (string?)s.Attribute("id") == id);

    /// <summary>Cells of the table whose caption begins so, row by row, header first.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Table(string caption)
    {
        var table = All("table").First(t => t.Element(Html + "caption")!.Value.StartsWith(caption, StringComparison.Ordinal));
        return [.. table.Descendants(Html + "tr").Select(r => (IReadOnlyList<string>)[.. r.Elements().Select(c => c.Value)])];
    }

    /// <summary>Numbers in the geometry of all plots.</summary>
    public IEnumerable<string> Geometry =>
        Root.Descendants()
            .Attributes()
            .Where(a => a.Name.LocalName is "d" or "x" or "y" or "x1" or "x2" or "y1" or "y2" or "width" or "height" or "viewBox")
            .Select(a => a.Value);
}
