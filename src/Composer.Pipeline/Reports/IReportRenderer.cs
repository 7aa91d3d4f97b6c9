using Composer.Core;

namespace Composer.Pipeline.Reports;

/// <summary>Makes the report.</summary>
public interface IReportRenderer
{
    /// <summary>The digest of the code that renders; a change to it renders anew and reruns nothing else.</summary>
    Digest Code { get; }

    /// <summary>One self-contained HTML file, UTF-8. The same content gives the same bytes.</summary>
    byte[] Render(ReportContent content);
}
