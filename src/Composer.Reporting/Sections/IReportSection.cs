using Composer.Stages.Report;

namespace Composer.Reporting.Sections;

/// <summary>One part of the report, under a heading of its own.</summary>
internal interface IReportSection
{
    /// <summary>Its anchor.</summary>
    string Id { get; }

    string Title { get; }

    /// <summary>Whether there is anything to show.</summary>
    bool HasContent(ReportContent content);

    /// <summary>Writes what stands under the heading; headings inside start at level 3.</summary>
    void Write(ReportPage page);
}
