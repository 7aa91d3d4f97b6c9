using Composer.Reporting.Html;

namespace Composer.Reporting;

/// <summary>What stands above the report of a run that is not over, or has no report.</summary>
internal interface IPageStatus
{
    /// <summary>Writes into the page's head.</summary>
    void WriteHead(HtmlWriter html);

    /// <summary>Writes a section of its own, above all others.</summary>
    void Write(ReportPage page);

    /// <summary>What runs in the page; has neither <c>&lt;</c> nor <c>&amp;</c>.</summary>
    string Script { get; }
}
