using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>Every setting, and which of them the manifest made.</summary>
internal sealed class SettingsSection : IReportSection
{
    public string Id => "settings";

    public string Title => "Settings";

    public bool HasContent(ReportContent content) => content.Settings.Count > 0;

    public void Write(ReportPage page)
    {
        var html = page.Html;
        var all = page.Content.Settings;
        var made = all.Count(s => !s.IsDefault);
        page.Paragraph(
            $"{NumberText.Count(all.Count)} settings; {NumberText.Count(made)} differ from the default or have none, and are marked.");
        using (html.In("div", ("class", "settings")))
        {
            foreach (var group in all.GroupBy(s => s.Path.Contains('.') ? s.Path[..s.Path.IndexOf('.')] : "experiment", StringComparer.Ordinal))
            {
                HtmlTable.Write(html, group.Key, [new("Setting"), new("Value")], () =>
                {
                    foreach (var setting in group)
                    {
                        Row(html, () => WriteRow(html, setting), ("class", setting.IsDefault ? null : "set"));
                    }
                });
            }
        }

        html.Line();
    }

    private static void WriteRow(HtmlWriter html, ReportSetting setting)
    {
        Head(html, setting.Path);
        using (html.In("td", ("class", "value")))
        {
            html.Text(setting.Value);
            if (!setting.IsDefault)
            {
                html.Text(" ").Element("b", "set", ("class", "tag"));
            }
        }
    }
}
