using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;

namespace Composer.Cli.Output;

/// <summary>A stage's verdict with every field of its key.</summary>
internal sealed record WhyView(PlanRow Stage, IReadOnlyList<FieldValue> Fields)
{
    public static WhyView Of(PlannedStage planned) => new(
        PlanRow.Of(planned),
        planned.Preimage is null ? [] : [.. planned.Preimage.Fields.Select(f => new FieldValue(f.Path, f.Value))]);

    public void Print(TextWriter output)
    {
        output.WriteLine($"{Stage.Name}: {Stage.Status}{(Stage.Summary.Length > 0 ? $"   {Stage.Summary}" : "")}");
        foreach (var reason in Stage.Reasons)
        {
            output.WriteLine($"  {reason}");
        }

        if (Stage.Key is null)
        {
            output.WriteLine("Its key is not known before its inputs have results.");
            return;
        }

        output.WriteLine($"key {Stage.Key}");
        output.WriteLine("covers");
        var width = Fields.Max(f => f.Path.Length);
        var changed = Stage.Differences.ToDictionary(d => d.Path);
        foreach (var field in Fields)
        {
            var before = changed.TryGetValue(field.Path, out var difference) ? $"   was {difference.Old ?? "(none)"}" : "";
            output.WriteLine($"  {field.Path.PadRight(width)}  {field.Value}{before}");
        }
    }
}

/// <summary>A field of a key.</summary>
internal sealed record FieldValue(string Path, string Value);
