namespace Composer.Core.Diagnostics;

/// <summary>
/// The codes of every mistake in a manifest, in one place. A code keeps its meaning for ever and is never
/// used again; new ones are appended. 00nn: the file and its TOML; 01nn: keys and values; 02nn: rules that
/// several values share.
/// </summary>
public static class DiagnosticCodes
{
    /// <summary>The file is missing or cannot be read.</summary>
    public const string CannotRead = "CMP0001";

    /// <summary>The file is larger than a manifest may be.</summary>
    public const string TooLarge = "CMP0002";

    /// <summary>A byte is no UTF-8.</summary>
    public const string InvalidUtf8 = "CMP0003";

    /// <summary>A control character, or a carriage return alone.</summary>
    public const string ControlCharacter = "CMP0004";

    /// <summary>The text is no TOML: something is missing, or something stands where it may not.</summary>
    public const string Syntax = "CMP0005";

    /// <summary>A text, an array or an inline table is not closed.</summary>
    public const string NotClosed = "CMP0006";

    /// <summary>An escape in a text is unknown or names no character.</summary>
    public const string InvalidEscape = "CMP0007";

    /// <summary>A bare word is no number, date, true or false.</summary>
    public const string InvalidValue = "CMP0008";

    /// <summary>A number is too large, or a date or time does not exist.</summary>
    public const string ValueOutOfRange = "CMP0009";

    /// <summary>A key is given twice.</summary>
    public const string DuplicateKey = "CMP0010";

    /// <summary>A table is defined twice, or extended where it is complete.</summary>
    public const string TableRedefined = "CMP0011";

    /// <summary>Tables and arrays are nested too deep.</summary>
    public const string NestedTooDeep = "CMP0012";

    /// <summary>So many mistakes that the rest was not read.</summary>
    public const string TooManyMistakes = "CMP0013";

    /// <summary>No such key in the manifest.</summary>
    public const string UnknownKey = "CMP0101";

    /// <summary>A value of another type than the key takes.</summary>
    public const string WrongType = "CMP0102";

    /// <summary>A number outside the range that the key takes.</summary>
    public const string OutOfRange = "CMP0103";

    /// <summary>A text that is none of the choices.</summary>
    public const string UnknownChoice = "CMP0104";

    /// <summary>A value that must be given is missing.</summary>
    public const string Missing = "CMP0105";

    /// <summary>A list with too few or too many items.</summary>
    public const string WrongCount = "CMP0106";

    /// <summary>No such profile.</summary>
    public const string UnknownProfile = "CMP0107";

    /// <summary>A setting of the command line is not of the form path=value.</summary>
    public const string InvalidSetting = "CMP0108";

    /// <summary>A path in a profile, a sweep, a variant or a setting is malformed.</summary>
    public const string InvalidPath = "CMP0109";

    /// <summary>A sweep over something that is no list, or an empty one.</summary>
    public const string InvalidSweep = "CMP0110";

    /// <summary>A sweep with too many points.</summary>
    public const string TooManyPoints = "CMP0111";

    /// <summary>A path that this place may not change.</summary>
    public const string PathNotAllowed = "CMP0112";

    /// <summary>A text that must not be empty is.</summary>
    public const string EmptyText = "CMP0113";

    /// <summary>A list names the same thing twice.</summary>
    public const string Repeated = "CMP0114";

    /// <summary>The experiment's name is not the file's.</summary>
    public const string NameIsNotFile = "CMP0201";

    /// <summary>Widths that fit no model: heads, kv_heads and dim do not divide.</summary>
    public const string InvalidShape = "CMP0202";

    /// <summary>Both a token and a FLOP budget.</summary>
    public const string TwoBudgets = "CMP0203";

    /// <summary>Neither a token nor a FLOP budget.</summary>
    public const string NoBudget = "CMP0204";

    /// <summary>More initial trials than trials.</summary>
    public const string TooManyInitialTrials = "CMP0205";

    /// <summary>An incremental search whose steps do not fill the layers.</summary>
    public const string StepsDoNotDivide = "CMP0206";

    /// <summary>An aggregation conditioned on more layers than come before.</summary>
    public const string ConditionTooLarge = "CMP0207";

    /// <summary>Warm-up and decay take more than all steps.</summary>
    public const string ScheduleTooLong = "CMP0208";

    /// <summary>A size that is no preset and has no model to scale.</summary>
    public const string SizeNeedsModel = "CMP0209";

    /// <summary>A size that is neither a preset nor a number of parameters.</summary>
    public const string InvalidSize = "CMP0210";

    /// <summary>An architecture that cannot be read.</summary>
    public const string InvalidArchitecture = "CMP0211";

    /// <summary>A primitive that does not exist.</summary>
    public const string UnknownPrimitive = "CMP0212";

    /// <summary>A baseline or a variant with a name that is taken.</summary>
    public const string NameTaken = "CMP0213";

    /// <summary>A setting of a task that the experiment does not evaluate.</summary>
    public const string TaskNotEvaluated = "CMP0214";

    /// <summary>A knob that the task does not have.</summary>
    public const string KnobNotOfTask = "CMP0215";

    /// <summary>Settings of a task that no sample can satisfy.</summary>
    public const string InvalidTask = "CMP0216";

    /// <summary>A preset size together with widths of its own.</summary>
    public const string PresetHasModel = "CMP0217";

    /// <summary>A batch smaller than one sequence.</summary>
    public const string BatchTooSmall = "CMP0218";

    /// <summary>A score that its task does not have.</summary>
    public const string ObjectiveNotOfTask = "CMP0219";

    /// <summary>A search space too large to enumerate.</summary>
    public const string SpaceTooLarge = "CMP0220";

    /// <summary>A name with characters that names may not have.</summary>
    public const string InvalidName = "CMP0221";

    /// <summary>A duration that cannot be read.</summary>
    public const string InvalidDuration = "CMP0222";

    /// <summary>A constraint that no candidate keeps, or that contradicts another.</summary>
    public const string Infeasible = "CMP0223";

    /// <summary>A suggested order that the search could not try.</summary>
    public const string InvalidSuggestion = "CMP0224";

    /// <summary>An option of the search that its strategy does not have.</summary>
    public const string NotOfStrategy = "CMP0225";

    /// <summary>Halving whose shares and numbers do not fit each other or the settings.</summary>
    public const string InvalidHalving = "CMP0226";

    /// <summary>More samples of a task than there are different ones.</summary>
    public const string TooFewSamples = "CMP0240";

    /// <summary>A budget that affords no sequence.</summary>
    public const string BudgetTooSmall = "CMP0241";

    /// <summary>A budget that affords more tokens than can be counted.</summary>
    public const string BudgetTooLarge = "CMP0242";

    /// <summary>A warm-up of more steps than there are.</summary>
    public const string WarmupTooLong = "CMP0243";

    /// <summary>A size that takes more layers than an order can have.</summary>
    public const string TooManyLayers = "CMP0244";

    /// <summary>A size that every order exceeds already.</summary>
    public const string SizeHasNoEffect = "CMP0245";

    /// <summary>Token shards whose tokenizer nobody knows.</summary>
    public const string NoTokenizer = "CMP0246";

    /// <summary>Questions of which none fits the window.</summary>
    public const string NoQuestionFits = "CMP0247";

    /// <summary>A baseline with neither an architecture nor a checkpoint, or with both.</summary>
    public const string NotOneModel = "CMP0260";

    /// <summary>A window of questions that is longer than the one that the model is trained on.</summary>
    public const string WindowTooLong = "CMP0251";

    /// <summary>A task's file whose templates or keys do not make a task.</summary>
    public const string InvalidTaskFile = "CMP0252";

    /// <summary>Two tasks of one name.</summary>
    public const string TaskTwice = "CMP0253";

    /// <summary>What is held out does not go with the corpus.</summary>
    public const string InvalidValidation = "CMP0258";

    /// <summary>A task whose weight leaves it out of the score.</summary>
    public const string WeightOfNothing = "CMP0266";

    /// <summary>A number of gradient shards that makes no pairs.</summary>
    public const string InvalidShards = "CMP0270";

    /// <summary>More gradient shards than a step has sequences.</summary>
    public const string TooManyShards = "CMP0271";

    /// <summary>Both processes and several GPUs for one training.</summary>
    public const string TwoKindsOfRanks = "CMP0272";

    /// <summary>A number of processes or GPUs that is no power of two.</summary>
    public const string InvalidRanks = "CMP0273";

    /// <summary>More processes or GPUs than gradient shards.</summary>
    public const string TooManyRanks = "CMP0274";
}
