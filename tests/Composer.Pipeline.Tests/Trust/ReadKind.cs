using System.Text;
using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Tests.Trust;

/// <summary>Reads files half by half, outside the store and in it, and puts out what it read, so that a wrong byte is seen.</summary>
/// <param name="name">Of the kind.</param>
/// <param name="onAgent">Whether an agent computes it.</param>
/// <param name="halfway">Called between the halves: for others to do their worst.</param>
internal sealed class ReadKind(string name, bool onAgent, Action halfway) : JobKind<ReadInputs>
{
    public const string Output = "output";

    public override string Name => name;

    public override bool RunsOnAgent => onAgent;

    /// <summary>What a stage of this name puts out when it read these contents.</summary>
    public static byte[] OutputOf(string name, IEnumerable<byte[]> contents) =>
        Encoding.UTF8.GetBytes($"{name}({string.Join(',', contents.Select(Encoding.UTF8.GetString))})");

    /// <summary>A stage that reads files of the world, and outputs of other such stages.</summary>
    public Stage Stage(IReadOnlyDictionary<string, string> files, params Stage[] inputs) => new(
        Name,
        this,
        inputs,
        (results, digestOf) => new ReadInputs
        {
            Files = [.. files.Select(f => KeyValuePair.Create(f.Key, digestOf(f.Value)))],
            Input = [.. inputs.Select(i => KeyValuePair.Create(i.Name, results[i].Record.Outputs[Output].Digest))],
        })
    {
        Description = Name,
        Places = files,
        ReadFiles = digestOf => files.Values.ToList().ForEach(f => digestOf(f)),
        ReadsOutputs = onAgent ? [.. inputs.Select(i => (i, Output))] : [],
    };

    protected override JobCode CodeOf(ReadInputs inputs) => new(Digest.Of(name));

    protected override Task<JobOutcome> ComputeAsync(ReadInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var contents = inputs.Files.Keys.Select(place => Read(tools.Places[place]))
            .Concat(inputs.Input.Values.Select(blob => onAgent ? Read(tools.PlaceOf(blob)) : tools.ReadBlob(blob)));
        return Task.FromResult(JobOutcome.Done().With(Output, OutputOf(name, contents)));
    }

    private byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var content = new MemoryStream();
        var half = new byte[(file.Length / 2) + 1];
        content.Write(half, 0, file.Read(half));
        halfway();
        file.CopyTo(content);
        return content.ToArray();
    }
}
