using System.Globalization;
using Composer.Core;
using Composer.Training.Models;

namespace Composer.Training.Checkpoints;

/// <summary>
/// A model's state in a safetensors file: F32 tensors under the names of <see cref="ParameterLayout"/>, the
/// configuration in the metadata, and, in a full checkpoint, AdamW's moments and the number of updates.
/// </summary>
/// <remarks>
/// Canonical and row-major, so that every engine reads what any engine wrote. The moments of parameter p are
/// named <c>optimizer.first_moment.p</c> and <c>optimizer.second_moment.p</c>. Equal states give equal bytes.
/// The file stream stays open and must live as long as the checkpoint.
/// </remarks>
public sealed class ModelCheckpoint
{
    private const string Form = ConfigurationMetadata.Prefix + "checkpoint";
    private const string FormVersion = "1";
    private const string Updates = ConfigurationMetadata.Prefix + "updates_done";

    private const string None = "none";

    private readonly SafetensorsReader reader;

    private ModelCheckpoint(
        SafetensorsReader reader,
        ModelConfiguration configuration,
        CheckpointContent content,
        long updatesDone)
    {
        (this.reader, Configuration, Content, UpdatesDone) = (reader, configuration, content, updatesDone);
        Metadata = reader.Metadata
            .Where(pair => !pair.Key.StartsWith(ConfigurationMetadata.Prefix, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The model's configuration.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>What is in it.</summary>
    public CheckpointContent Content { get; }

    /// <summary>Updates that led to these parameters; also known of weights alone.</summary>
    public long UpdatesDone { get; }

    /// <summary>What the writer added: position in the data, RNG state, tokens seen.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes a model's state.</summary>
    /// <param name="model">Only read.</param>
    /// <param name="content">Weights alone, or everything that resuming needs.</param>
    /// <param name="stream">Written from its present position, forwards only.</param>
    /// <param name="metadata">Free strings; a key may not begin with <c>composer.</c>.</param>
    public static void Save(
        ITrainableModel model,
        CheckpointContent content,
        Stream stream,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata ?? all)
        {
            if (key.StartsWith(ConfigurationMetadata.Prefix, StringComparison.Ordinal))
            {
                throw new ArgumentException($"The metadata key '{key}' belongs to the checkpoint itself.", nameof(metadata));
            }

            all.Add(key, value);
        }

        ConfigurationMetadata.Write(model.Configuration, all);
        all[Form] = FormVersion;
        all[Updates] = ConfigurationMetadata.Text(model.UpdatesDone);

        var slots = SlotsOf(content);
        var writer = new SafetensorsWriter(
            stream,
            [.. slots.SelectMany(slot => model.Parameters.Select(parameter => Tensor(parameter, slot)))],
            all);
        var buffer = BufferFor(model);
        foreach (var slot in slots)
        {
            for (var i = 0; i < model.Parameters.Count; i++)
            {
                var values = buffer.AsSpan(0, checked((int)model.Parameters[i].Count));
                model.Read(i, slot, values);
                writer.Write(values);
            }
        }

        writer.Complete();
    }

    /// <summary>Writes weights that come from elsewhere.</summary>
    /// <param name="configuration">The model's.</param>
    /// <param name="typeOf">F32, BF16 or F16: as each parameter is written.</param>
    /// <param name="read">Reads one parameter, row-major.</param>
    /// <param name="stream">Written from its present position, forwards only.</param>
    public static void SaveWeights(
        ModelConfiguration configuration, Func<ParameterDescription, TensorDtype> typeOf, ParameterSource read, Stream stream)
    {
        var layout = ParameterLayout.Of(configuration);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        ConfigurationMetadata.Write(configuration, metadata);
        metadata[Form] = FormVersion;
        metadata[Updates] = ConfigurationMetadata.Text(0);
        var writer = new SafetensorsWriter(
            stream, [.. layout.Select(p => Tensor(p, StateSlot.Parameter) with { Dtype = typeOf(p) })], metadata);
        var buffer = new float[layout.Max(parameter => parameter.Count)];
        foreach (var parameter in layout)
        {
            var values = buffer.AsSpan(0, checked((int)parameter.Count));
            read(parameter, values);
            writer.Write(values);
        }

        writer.Complete();
    }

    /// <summary>Reads one parameter, row-major.</summary>
    /// <param name="name">As in <see cref="ParameterLayout"/>.</param>
    /// <param name="destination">As many as it has.</param>
    /// <exception cref="CheckpointException">There is none, or it is damaged.</exception>
    public void ReadParameter(string name, Span<float> destination) => reader.ReadFloats(name, destination);

    /// <summary>Reads the header and checks that every tensor of the configuration is there, and nothing else.</summary>
    /// <param name="stream">Seekable; the file begins at its present position.</param>
    /// <exception cref="CheckpointException">The file is damaged or no checkpoint of this form.</exception>
    public static ModelCheckpoint Open(Stream stream)
    {
        var reader = new SafetensorsReader(stream);
        var form = ConfigurationMetadata.Required(reader.Metadata, Form);
        if (form != FormVersion)
        {
            throw new CheckpointException($"The checkpoint has form '{form}'; this program reads form {FormVersion}.");
        }

        var configuration = ConfigurationMetadata.Read(reader.Metadata);
        var updatesText = ConfigurationMetadata.Required(reader.Metadata, Updates);
        if (!long.TryParse(updatesText, NumberStyles.None, CultureInfo.InvariantCulture, out var updates))
        {
            throw new CheckpointException($"The checkpoint's {Updates} is '{updatesText}', no count.");
        }

        var layout = ParameterLayout.Of(configuration);
        var content = reader.Tensors.Count > layout.Count ? CheckpointContent.Full : CheckpointContent.Weights;
        var expected = SlotsOf(content).SelectMany(slot => layout.Select(parameter => Tensor(parameter, slot))).ToList();
        foreach (var tensor in expected)
        {
            var found = reader.Find(tensor.Name)
                ?? throw new CheckpointException($"The checkpoint lacks the tensor '{tensor.Name}' of its {configuration.Layers} model.");
            if (!found.Shape.SequenceEqual(tensor.Shape))
            {
                throw new CheckpointException(
                    $"Tensor '{tensor.Name}' is [{string.Join(", ", found.Shape)}] in the checkpoint;"
                    + $" its configuration asks for [{string.Join(", ", tensor.Shape)}].");
            }
        }

        if (reader.Tensors.Count != expected.Count)
        {
            var names = expected.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
            var extra = reader.Tensors.First(tensor => !names.Contains(tensor.Name));
            throw new CheckpointException($"The checkpoint holds '{extra.Name}', which its {configuration.Layers} model has not.");
        }

        return new ModelCheckpoint(reader, configuration, content, updates);
    }

    /// <summary>A model of the checkpoint's configuration with its state: the moments too when they are there.</summary>
    /// <param name="engine">What builds the model.</param>
    /// <param name="threads">How many threads it may use.</param>
    /// <param name="longest">Positions that it takes at least, beyond the configuration's too: the rotary ones go on.</param>
    public ITrainableModel Load(ITrainingEngine engine, int threads, int longest = 0)
    {
        // Every parameter is overwritten, so the seed of the initial ones does not matter.
        var reach = Math.Max(longest, Configuration.MaximumLength);
        var model = engine.Create(Configuration with { MaximumLength = reach }, new Seed(0), threads);
        try
        {
            Overwrite(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Replaces a model's state with the checkpoint's. From weights alone, the optimizer starts anew.</summary>
    /// <exception cref="CheckpointException">The model has another configuration.</exception>
    public void Restore(ITrainableModel model)
    {
        CheckConfiguration(model.Configuration);
        Overwrite(model);
    }

    private void Overwrite(ITrainableModel model)
    {
        var buffer = BufferFor(model);
        foreach (var slot in SlotsOf(CheckpointContent.Full))
        {
            for (var i = 0; i < model.Parameters.Count; i++)
            {
                var values = buffer.AsSpan(0, checked((int)model.Parameters[i].Count));
                if (slot == StateSlot.Parameter || Content == CheckpointContent.Full)
                {
                    reader.ReadFloats(Name(model.Parameters[i], slot), values);
                }
                else
                {
                    values.Clear();
                }

                model.Write(i, slot, values);
            }
        }

        model.RestoreUpdatesDone(Content == CheckpointContent.Full ? UpdatesDone : 0);
    }

    private void CheckConfiguration(ModelConfiguration model)
    {
        var (own, other) = (Describe(Configuration), Describe(model));
        var differences = own.Keys.Union(other.Keys)
            .Select(key => (Key: key, Own: own.GetValueOrDefault(key, None), Other: other.GetValueOrDefault(key, None)))
            .Where(value => value.Own != value.Other)
            .OrderBy(value => value.Key, StringComparer.Ordinal)
            .ToList();
        if (differences.Count > 0)
        {
            var list = differences.Select(value =>
                $"{value.Key[ConfigurationMetadata.Prefix.Length..]} {value.Own} in the checkpoint, {value.Other} in the model");
            throw new CheckpointException($"The checkpoint belongs to another model: {string.Join("; ", list)}.");
        }
    }

    private static Dictionary<string, string> Describe(ModelConfiguration configuration)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        ConfigurationMetadata.Write(configuration, values);
        return values;
    }

    private static StateSlot[] SlotsOf(CheckpointContent content) => content == CheckpointContent.Full
        ? [StateSlot.Parameter, StateSlot.FirstMoment, StateSlot.SecondMoment]
        : [StateSlot.Parameter];

    private static string Name(ParameterDescription parameter, StateSlot slot) => slot switch
    {
        StateSlot.FirstMoment => $"optimizer.first_moment.{parameter.Name}",
        StateSlot.SecondMoment => $"optimizer.second_moment.{parameter.Name}",
        _ => parameter.Name,
    };

    private static SafetensorsTensor Tensor(ParameterDescription parameter, StateSlot slot) => parameter.IsVector
        ? SafetensorsTensor.Float32(Name(parameter, slot), parameter.Rows)
        : SafetensorsTensor.Float32(Name(parameter, slot), parameter.Rows, parameter.Columns);

    private static float[] BufferFor(ITrainableModel model) => new float[model.Parameters.Max(parameter => parameter.Count)];
}
