using System.Globalization;
using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline.Tracing;
using Composer.Store.Records;

namespace Composer.Cli.Output;

/// <summary>The way of a number back to its inputs, as <c>--json</c> and people see it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Numbers">Those that were meant.</param>
/// <param name="Places">Where the report prints the number, when the report itself computed it.</param>
/// <param name="Stages">The numbers' stage and all that it rests on; empty when the numbers are of several stages.</param>
/// <param name="Blobs">Blobs that were read again, each once.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Whole">Whether every digest was right.</param>
internal sealed record TraceView(
    string Run,
    IReadOnlyList<TraceView.Number> Numbers,
    IReadOnlyList<ReportPlace> Places,
    IReadOnlyList<TraceView.Stage> Stages,
    int Blobs,
    long Bytes,
    bool Whole)
{
    private const int MostNumbers = 30;

    /// <summary>The newest run, when it has no such number and this one, an earlier, has.</summary>
    public string? NewestRun { get; init; }

    public static TraceView Of(RunRecord run, IReadOnlyList<ReportedNumber> numbers, IReadOnlyList<StageTrace> traces) =>
        Of(run, numbers, [], traces);

    public static TraceView Of(RunRecord run, IReadOnlyList<ReportPlace> places, IReadOnlyList<StageTrace> traces) =>
        Of(run, [], places, traces);

    private static TraceView Of(
        RunRecord run, IReadOnlyList<ReportedNumber> numbers, IReadOnlyList<ReportPlace> places, IReadOnlyList<StageTrace> traces)
    {
        var blobs = traces.SelectMany(t => t.Blobs).DistinctBy(b => b.Digest).ToArray();
        return new TraceView(
            run.Id,
            [.. numbers.Select(n => new Number(n.Address, n.Document, n.Value))],
            places,
            [.. traces.Select(StageOf)],
            blobs.Length,
            blobs.Sum(b => b.Size),
            traces.All(t => t.IsWhole));
    }

    public void Print(TextWriter output)
    {
        if (NewestRun is not null)
        {
            output.WriteLine($"The newest run, {NewestRun}, has no such number; {Run} is the newest that has.");
        }

        foreach (var number in Numbers.Take(MostNumbers))
        {
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{number.Address} = {number.Value:R}   ({number.Document}, run {Run})"));
        }

        foreach (var place in Places.Take(MostNumbers))
        {
            output.WriteLine($"{(place.Section.Length == 0 ? "Headline" : place.Section)}: {place.Text}");
            output.WriteLine(
                $"  the report computes it (run {Run}) from "
                + $"{(place.Stages.Count == 0 ? "all of its inputs" : string.Join(", ", place.Stages))}");
        }

        if (Numbers.Count > MostNumbers)
        {
            output.WriteLine($"and {Numbers.Count - MostNumbers} more");
        }

        if (Stages.Count == 0)
        {
            output.WriteLine("Several stages have it: name one of these to follow it.");
            return;
        }

        foreach (var stage in Stages)
        {
            output.WriteLine();
            stage.Print(output);
        }

        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Stages.Count} {(Stages.Count == 1 ? "stage" : "stages")}, {Blobs:N0} blobs, {BytesText.Of(Bytes)} read again: "
            + $"{(Whole ? "every digest is right." : "NOT every digest is right, see above.")}"));
    }

    private static Stage StageOf(StageTrace trace) => new(
        trace.Name,
        trace.Kind,
        trace.Key.ToString(),
        trace.KeyHolds,
        trace.Output.ToString(),
        [.. trace.Blobs.Select(b => new Blob(b.Name, b.Digest.ToString(), b.Size, b.State))],
        trace.Fields,
        trace.Inputs,
        trace.Behind.Count,
        trace.Behind.Wrong,
        trace.CodeIsCurrent,
        trace.Created,
        trace.Seconds,
        trace.Machine,
        trace.Accepted is { } a ? new Acceptance(a.From.ToString(), a.Because, a.At) : null,
        trace.IsWhole);

    internal sealed record Number(string Address, string Document, double Value);

    internal sealed record Blob(string Name, string Digest, long Size, BlobState State);

    internal sealed record Acceptance(string From, string Because, DateTimeOffset At);

    internal sealed record Stage(
        string Name,
        string Kind,
        string Key,
        bool KeyHolds,
        string Output,
        IReadOnlyList<Blob> Blobs,
        IReadOnlyList<TracedField> Fields,
        IReadOnlyList<TracedInput> Inputs,
        int Behind,
        IReadOnlyList<string> BehindWrong,
        bool? CodeIsCurrent,
        DateTimeOffset Created,
        double Seconds,
        string Machine,
        Acceptance? Accepted,
        bool Whole)
    {
        public void Print(TextWriter output)
        {
            output.WriteLine(Name);
            Line(
                "key",
                $"{Digest.ShortOf(Key)}   {(KeyHolds ? $"{Fields.Count} fields hash to it" : "WRONG: its fields hash to another key")}");
            foreach (var blob in Blobs)
            {
                var state = blob.State switch { BlobState.Whole => "whole", BlobState.Corrupt => "CORRUPT", _ => "MISSING" };
                Line("blob", $"{Digest.ShortOf(blob.Digest)}   {blob.Name}, {BytesText.Of(blob.Size)}, {state}");
            }

            Line(
                "computed",
                string.Create(CultureInfo.InvariantCulture, $"{Created:yyyy-MM-dd HH:mm:ss} UTC in {ElapsedText.Of(Seconds)} on "
                    + $"{Machine}"));
            Line(
                "code",
                CodeIsCurrent switch { true => "as this composer has it", false => "has changed since", null => "not compared: an input cannot be read" });
            if (Accepted is { } accepted)
            {
                Line(
                    "accepted",
                    string.Create(CultureInfo.InvariantCulture, $"from {Digest.ShortOf(accepted.From)}, of other code, on "
                        + $"{accepted.At:yyyy-MM-dd}: {accepted.Because}"));
            }

            if (Behind > 0)
            {
                Line("behind it", $"{Behind} results, {(BehindWrong.Count == 0 ? "all whole" : $"{BehindWrong.Count} WRONG")}");
                foreach (var wrong in BehindWrong.Take(MostNumbers))
                {
                    Line("", wrong);
                }
            }

            foreach (var input in Inputs)
            {
                Line(
                    "from",
                    input.Holds
                        ? $"{input.Stage}, by {string.Join(", ", input.Fields)}"
                        : $"{input.Stage}: BROKEN, its result is not the one in the key");
            }

            var width = Fields.Max(f => f.Path.Length);
            foreach (var field in Fields)
            {
                Line("", $"{field.Path.PadRight(width)}  {field.Value}{(field.Origin is null ? "" : $"   {field.Origin}")}");
            }

            void Line(string what, string text) => output.WriteLine($"  {what,-9} {text}");
        }
    }
}
