using Composer.Training.Checkpoints;

namespace Composer.Exchange.HuggingFace;

/// <summary>The weights of a checkpoint: one safetensors file, or several with an index.</summary>
internal sealed class WeightFiles : IDisposable
{
    private const string Ending = ".safetensors";
    private readonly string folder;
    private readonly List<FileStream> streams = [];
    private readonly Dictionary<string, (string File, SafetensorsReader Reader)> readers = new(StringComparer.Ordinal);

    private WeightFiles(string folder) => this.folder = folder;

    /// <summary>The names of the files, index included.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">There are none, or one that the index names is missing.</exception>
    public static IReadOnlyList<string> NamesIn(string folder)
    {
        var index = Path.Combine(folder, Shard.IndexName);
        if (File.Exists(index))
        {
            string[] files = [.. FilesOf(index).Select(entry => entry.File).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            return files.FirstOrDefault(file => !File.Exists(Path.Combine(folder, file))) is { } missing
                ? throw ExchangeMistake.Missing(
                    $"There is no file '{Path.Combine(folder, missing)}', which '{Shard.IndexName}' names.", "Bring the whole checkpoint.")
                : [Shard.IndexName, .. files];
        }

        return File.Exists(Path.Combine(folder, Shard.SingleName))
            ? [Shard.SingleName]
            : throw ExchangeMistake.Missing(
                $"There is no '{Shard.SingleName}' and no '{Shard.IndexName}' in '{folder}'"
                + (File.Exists(Path.Combine(folder, "pytorch_model.bin")) ? ", and pytorch_model.bin is not read." : "."),
                "Save the model with safe_serialization=True.");
    }

    /// <summary>Reads the headers.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">A file is missing, damaged, or has a tensor of another.</exception>
    public static WeightFiles Open(string folder)
    {
        var opened = new WeightFiles(folder);
        try
        {
            foreach (var name in NamesIn(folder).Where(name => name.EndsWith(Ending, StringComparison.Ordinal)))
            {
                opened.Add(name);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose() => streams.ForEach(stream => stream.Dispose());

    public TensorDtype TypeOf(string tensor) => readers[tensor].Reader.Find(tensor)!.Dtype;

    public void Read(string tensor, Span<float> destination) => readers[tensor].Reader.ReadFloats(tensor, destination);

    /// <summary>Checks that there are these tensors and no others.</summary>
    /// <param name="wanted">A Llama's.</param>
    /// <param name="tiesEmbedding">Whether an output projection counts for nothing.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">There are others.</exception>
    public void Require(IReadOnlyList<LlamaTensor> wanted, bool tiesEmbedding)
    {
        foreach (var tensor in wanted)
        {
            if (!readers.TryGetValue(tensor.Name, out var found))
            {
                throw Mistake(AnyFile, $"There is no tensor '{tensor.Name}' in the checkpoint, which its config.json asks for.");
            }

            var (file, shape) = (found.File, found.Reader.Find(tensor.Name)!.Shape);
            long[] expected = tensor.IsVector ? [tensor.Rows] : [tensor.Rows, tensor.Columns];
            if (!shape.SequenceEqual(expected))
            {
                throw Mistake(
                    file,
                    $"Its tensor '{tensor.Name}' is [{string.Join(", ", shape)}]; config.json asks for [{string.Join(", ", expected)}].");
            }

            if (TypeOf(tensor.Name) is var type and not (TensorDtype.F32 or TensorDtype.BF16 or TensorDtype.F16))
            {
                throw Mistake(file, $"Its tensor '{tensor.Name}' is {type}; F32, BF16 and F16 are read.");
            }
        }

        var names = wanted.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

        // Old checkpoints keep the frequencies, which follow from config.json; a tied output projection is the embedding.
        var other = readers.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !names.Contains(name)
            && !name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal)
            && !(tiesEmbedding && name == LlamaTensors.Output));
        if (other is not null)
        {
            throw Mistake(readers[other].File, $"It holds the tensor '{other}', which a Llama of its config.json does not have.");
        }
    }

    /// <summary>Whether a tensor is all 0; what is not is found out from its beginning.</summary>
    public bool IsZero(LlamaTensor tensor)
    {
        const int Step = 4096;
        var values = new float[Math.Min(Step, tensor.Count)];
        var reader = readers[tensor.Name].Reader;
        for (var start = 0; start < tensor.Count; start += Step)
        {
            var part = values.AsSpan(0, Math.Min(Step, tensor.Count - start));
            reader.ReadFloats(tensor.Name, start, part);
            if (part.ContainsAnyExcept(0f))
            {
                return false;
            }
        }

        return true;
    }

    private string AnyFile => readers.Values.Select(found => found.File).FirstOrDefault() ?? Shard.SingleName;

    private static IEnumerable<(string Tensor, string File)> FilesOf(string index)
    {
        var map = PlacedJson.Read(index).Object(Shard.WeightMap)
            ?? throw ExchangeMistake.Checkpoint(
                ExchangeMistake.Start(index), $"It has no '{Shard.WeightMap}'.", "Bring the whole checkpoint.");
        foreach (var (tensor, file) in map.Texts())
        {
            if (file != Path.GetFileName(file) || !file.EndsWith(Ending, StringComparison.Ordinal))
            {
                throw map.Mistake(tensor, $"'{file}', where '{tensor}' is to be, is no safetensors file of the folder.", "Mend it.");
            }

            yield return (tensor, file);
        }
    }

    private void Add(string name)
    {
        var path = Path.Combine(folder, name);
        var stream = File.OpenRead(path);
        streams.Add(stream);
        try
        {
            var reader = new SafetensorsReader(stream);
            foreach (var tensor in reader.Tensors)
            {
                if (!readers.TryAdd(tensor.Name, (name, reader)))
                {
                    throw Mistake(name, $"Its tensor '{tensor.Name}' is in '{readers[tensor.Name].File}', too.");
                }
            }
        }
        catch (CheckpointException e)
        {
            throw Mistake(name, e.Message);
        }
    }

    private Core.Diagnostics.UserInputException Mistake(string file, string what) =>
        ExchangeMistake.Checkpoint(ExchangeMistake.Start(Path.Combine(folder, file)), what, "Bring the whole checkpoint, as it was saved.");
}
