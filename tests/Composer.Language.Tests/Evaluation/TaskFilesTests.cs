using System.Text;
using Composer.Core.Diagnostics;
using Composer.Language.Evaluation;
using Composer.Language.Tests.Files;
using Parquet;
using Parquet.Schema;

namespace Composer.Language.Tests.Evaluation;

/// <summary>The files of tasks: every packing and format gives the same questions, and what is wrong is told before anything runs.</summary>
public sealed class TaskFilesTests : IDisposable
{
    private const string Piqa = "{\"goal\": \"Über 😀\", \"sol1\": \"a\\nb\", \"sol2\": \"b\", \"label\": 1}\n";
    private const string Arc =
        "{\"question\": \"q\", \"choices\": {\"text\": [\"x\", \"ÿ\"], \"label\": [\"A\", \"B\"]}, \"answerKey\": \"B\"}\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(".jsonl", "")]
    [InlineData(".jsonl.gz", ".gz")]
    [InlineData(".jsonl.zst", ".zst")]
    [InlineData(".jsonl", ".gz")]
    public void A_packed_file_gives_the_questions_of_the_plain_one(string ending, string packing)
    {
        folder.WriteBytes("piqa" + ending, DataFiles.Pack(Encoding.UTF8.GetBytes("\uFEFF" + Piqa + "\r\n" + Piqa), packing));
        Check("piqa");
        var questions = EvaluationTasks.Load("piqa", folder.Path, 0, 0).Questions;
        Assert.Equal(2, questions.Count);
        Assert.Equal(["a\nb", "b"], questions[1].Choices);
        Assert.Equal("Question: Über 😀\nAnswer:", questions[0].Contexts[0]);
    }

    [Fact]
    public async Task Parquet_gives_the_questions_of_the_published_data_sets()
    {
        var (goal, sol1, sol2, label) = (new DataField<string>("goal"), new DataField<string>("sol1"), new DataField<string>("sol2"), new DataField<long>("label"));
        await Write("piqa.parquet", new ParquetSchema(goal, sol1, sol2, label), 2, async rows =>
        {
            await rows.WriteAsync(goal, new[] { "Über 😀", "g" });
            await rows.WriteAsync(sol1, new[] { "a\nb", "" });
            await rows.WriteAsync(sol2, new[] { "b", "c" });
            await rows.WriteAsync<long>(label, new long[] { 1, 0 });
        });
        Check("piqa");
        var questions = EvaluationTasks.Load("piqa", folder.Path, 0, 0).Questions;
        Assert.Equal(["a\nb", "b"], questions[0].Choices);
        Assert.Equal((1, 0), (questions[0].Gold, questions[1].Gold));
        Assert.Equal("Question: Über 😀\nAnswer:", questions[0].Contexts[0]);

        // As published: a struct of two lists.
        var (question, key) = (new DataField<string>("question"), new DataField<string>("answerKey"));
        var choices = new StructField(
            "choices", new ListField("text", new DataField<string>("element")), new ListField("label", new DataField<string>("element")));
        var schema = new ParquetSchema(question, choices, key);
        await Write("arc_easy.parquet", schema, 2, async rows =>
        {
            await rows.WriteAsync(question, new[] { "q", "r" });
            await WriteLists(rows, schema, "choices/text/list/element", [["x", "ÿ"], ["x", "y", "z"]]);
            await WriteLists(rows, schema, "choices/label/list/element", [["A", "B"], ["1", "2", "3"]]);
            await rows.WriteAsync(key, new[] { "B", "3" });
        });
        Check("arc_easy");
        var arc = EvaluationTasks.Load("arc_easy", folder.Path, 0, 0).Questions;
        Assert.Equal(["x", "ÿ"], arc[0].Choices);
        Assert.Equal((1, 2), (arc[0].Gold, arc[1].Gold));
        Assert.Equal(3, arc[1].Choices.Count);

        async Task Write(string name, ParquetSchema written, int groups, Func<ParquetRowGroupWriter, Task> write)
        {
            await using var file = File.Create(folder[name]);
            await using var writer = await ParquetWriter.CreateAsync(written, file);
            using var rows = writer.CreateRowGroup();
            await write(rows);
            rows.CompleteValidate();
        }

        static Task WriteLists(ParquetRowGroupWriter rows, ParquetSchema schema, string path, string[][] lists)
        {
            var column = schema.DataFields.Single(f => f.Path.ToString() == path);
            return rows.WriteAllPartsAsync<ReadOnlyMemory<char>>(
                column,
                lists.SelectMany(l => l).Select(text => text.AsMemory()).ToArray(),
                (ReadOnlyMemory<int>)lists.SelectMany(l => l).Select(_ => column.MaxDefinitionLevel).ToArray(),
                (ReadOnlyMemory<int>)lists.SelectMany(l => l.Select((_, i) => i == 0 ? 0 : 1)).ToArray(),
                CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(Piqa + "{\"goal\": \"g\"}\n", 2, "it lacks 'sol1'", "fields of the published data set")]
    [InlineData(Piqa + "\n" + Arc, 3, "it lacks 'goal'", "It is a row of arc_challenge or arc_easy")]
    [InlineData("{\"goal\": \"g\", \"sol1\": null, \"sol2\": \"b\", \"label\": 1}\n", 1, "'sol1' holds no text", "")]
    [InlineData("{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": \"\"}\n", 1, "'label' is empty", "")]
    [InlineData("{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": 1e30}\n", 1, "no whole number", "")]
    [InlineData("{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": -1}\n", 1, "none of the choices", "")]
    [InlineData("[]\n", 1, "no object", "")]
    [InlineData("\n \n", 1, "no question", "Fetch or write it again")]
    [InlineData("", 1, "no question", "Fetch or write it again")]
    public void A_row_that_is_none_of_its_task_is_told_with_its_line(string content, int line, string what, string remedy)
    {
        folder.Write("piqa.jsonl", content);
        var mistake = MistakeOf(() => Check("piqa"));
        Assert.Equal(("CMP6008", line), (mistake.Code, mistake.Span!.Value.Line));
        Assert.Contains(what, mistake.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
        Assert.Equal(mistake, MistakeOf(() => EvaluationTasks.Load("piqa", folder.Path, 0, 0)));
    }

    [Theory]
    [InlineData("{\"question\": \"q\", \"choices\": {\"text\": \"x\"}, \"answerKey\": \"B\"}\n", "'text' is no list")]
    [InlineData("{\"question\": \"q\", \"choices\": {\"text\": [\"x\", null], \"label\": [\"A\"]}, \"answerKey\": \"A\"}\n", "'text' holds no text")]
    [InlineData("{\"question\": \"q\", \"choices\": [1], \"answerKey\": \"A\"}\n", "it is no object")]
    public void A_list_of_choices_that_is_none_is_told(string content, string what)
    {
        folder.Write("arc_easy.jsonl", content);
        Assert.Contains(what, MistakeOf(() => Check("arc_easy")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_the_encoding_are_told_with_their_place()
    {
        folder.WriteBytes("piqa.jsonl", [.. Encoding.UTF8.GetBytes(Piqa), .. "{\"goal\": \""u8, 0xE9, .. "t\"}"u8]);
        var mistake = MistakeOf(() => Check("piqa"));
        Assert.Equal(("CMP6032", 2, 11), (mistake.Code, mistake.Span!.Value.Line, mistake.Span!.Value.Column));
        folder.Write("piqa.jsonl", "{\"goal\": \"é\\udc00\"}\n");
        mistake = MistakeOf(() => Check("piqa"));
        Assert.Equal(("CMP6003", 1, 12), (mistake.Code, mistake.Span!.Value.Line, mistake.Span!.Value.Column));
        folder.Write("piqa.jsonl", "{\"goal\": nul}\n");
        mistake = MistakeOf(() => Check("piqa"));
        Assert.Equal(("CMP6003", 1), (mistake.Code, mistake.Span!.Value.Line));
        folder.WriteBytes("piqa.jsonl", [.. "PK\u0003\u0004"u8, .. new byte[50]]);
        Assert.Contains("a zip archive", MistakeOf(() => Check("piqa")).Message, StringComparison.Ordinal);
        folder.WriteBytes("piqa.jsonl", DataFiles.Gzip(Encoding.UTF8.GetBytes(Piqa))[..^10]);
        Assert.Equal("CMP6033", MistakeOf(() => Check("piqa")).Code);
    }

    [Fact]
    public void Too_few_examples_for_the_shots_are_told()
    {
        folder.Write("piqa.jsonl", Piqa);
        folder.WriteBytes("piqa.train.jsonl.gz", DataFiles.Pack(Encoding.UTF8.GetBytes(Piqa + Piqa), ".gz"));
        Check("piqa", shots: 1);
        var mistake = MistakeOf(() => Check("piqa", shots: 2));
        Assert.Contains("2 examples; 2 shots draw 3", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("'shots'", mistake.Remedy, StringComparison.Ordinal);
    }

    private void Check(string task, int shots = 0) => EvaluationTasks.Check(task, folder.Path, shots, (_, _, find) => find());

    private static Diagnostic MistakeOf(Action action) => Assert.Single(Assert.Throws<UserInputException>(action).Diagnostics);
}
