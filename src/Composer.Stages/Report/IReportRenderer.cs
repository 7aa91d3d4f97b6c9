namespace Composer.Stages.Report;

/// <summary>Makes the report.</summary>
public interface IReportRenderer
{
    /// <summary>One self-contained HTML file, UTF-8. The same content gives the same bytes.</summary>
    byte[] Render(ReportContent content);
}
