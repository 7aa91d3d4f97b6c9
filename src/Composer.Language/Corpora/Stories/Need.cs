namespace Composer.Language.Corpora.Stories;

/// <summary>
/// Another law of the stories' world: how somebody feels or stands, and what they then do. Slots:
/// <c>{A}</c> who, <c>{he}</c>, <c>{him}</c>, <c>{his}</c> their pronouns; others draw from <see cref="StoryLexicon"/>.
/// </summary>
/// <param name="Name">For tests and traces.</param>
/// <param name="Problems">Sentence forms of the state.</param>
/// <param name="Actions">Sentence forms of what is done about it.</param>
internal sealed record Need(string Name, string[] Problems, string[] Actions)
{
    /// <summary>All of them. No action of one would answer the problem of another.</summary>
    public static IReadOnlyList<Need> All { get; } =
    [
        new("hungry", ["{A} was very hungry.", "{A}'s belly was empty and it rumbled.", "{A} had not eaten since breakfast."],
            ["{A} ate {a food} and some {meal}.", "{A} sat down and ate a big plate of {meal}.", "{A} ate {a food} as fast as {he} could."]),
        new("thirsty", ["{A} was very thirsty.", "{A}'s mouth was dry after the long run.", "{A} wanted something to drink."],
            ["{A} drank a whole glass of {drink}.", "{A} filled a cup with {drink} and drank it.", "{A} drank cool {drink} until {he} felt better."]),
        new("tired", ["{A} was very tired.", "{A} yawned, and {his} eyes were heavy.", "{A} had played all day and was sleepy."],
            ["{A} went to bed and fell asleep.", "{A} lay down on a pillow and slept.", "{A} curled up under the blanket and took a nap."]),
        new("cold", ["{A} was cold and shivered.", "{A}'s hands were as cold as ice.", "{A} felt the freezing wind."],
            ["{A} put on a thick coat and mittens.", "{A} sat close to the warm fire.", "{A} put on a wool sweater and a scarf."]),
        new("hot", ["{A} was much too hot.", "The sun burned, and {A} began to sweat.", "{A}'s face was red from the heat."],
            ["{A} sat in the cool shade of a tree.", "{A} jumped into the pool with a splash.", "{A} waved a paper fan to cool down."]),
        new("dirty", ["{A} was covered with mud.", "{A}'s hands were sticky and dirty.", "{A} had dirt all over {his} face."],
            ["{A} took a bath with lots of soap.", "{A} washed until the water was brown.", "{A} scrubbed {his} hands with soap."]),
        new("hurt", ["{A} fell down and hurt {his} knee.", "{A} cut a finger, and it hurt.", "{A} had a scratch that was bleeding."],
            ["{A} got a bandage from {his} {relative}.", "{A} asked {his} {relative} for a bandage.", "{A} held still while the nurse put a bandage on."]),
        new("dark", ["It was so dark that {A} could not see.", "{A} was afraid of the dark room.", "The light went out, and {A} was scared."],
            ["{A} switched on the little lamp.", "{A} lit a candle to see.", "{A} took a flashlight and turned it on."]),
        new("lost", ["{A} did not know the way home.", "{A} was lost in the {place}.", "{A} took a wrong turn and could not find the path."],
            ["{A} asked {helper} for the way home.", "{A} looked at the map to find the road.", "{A} followed {his} own footprints back."]),
        new("lonely", ["{A} was all alone and felt lonely.", "Nobody was there to play with {A}.", "{A} wished for a new friend."],
            ["{A} asked the other children to play.", "{A} said hello to a child and made a friend.", "{A} invited {a animal} to be a friend."]),
        new("bored", ["{A} was bored and had nothing to do.", "It was a long, dull afternoon for {A}.", "{A} sighed and stared at the wall."],
            ["{A} thought of a new game and played {game}.", "{A} painted a picture with {color} paint.", "{A} played {game} all afternoon."]),
        new("broken", ["{A}'s toy was broken in two.", "A wheel had come off {A}'s toy truck.", "The leg of {A}'s doll was broken."],
            ["{A} fixed it with glue.", "{A} and {his} {relative} repaired it with tape.", "{A} put it together with a screw."]),
        new("missing", ["{A} could not find {his} {color} shoe.", "{A}'s favorite toy was missing.", "{A} had lost {his} glasses."],
            ["{A} looked for it under the {spot}.", "{A} searched behind the {spot} and in every corner.", "{A} looked for it in every room."]),
        new("sorry", ["{A} had said something mean.", "{A} had broken a promise to a friend.", "{A} had pushed a friend and felt bad."],
            ["{A} said sorry and gave a hug.", "{A} told {his} friend, I am so sorry.", "{A} wrote a note that said sorry."]),
        new("gift", ["{A} got a present with {a color} bow.", "{A}'s {relative} gave {him} a surprise.", "There was a gift for {A} on the table."],
            ["{A} unwrapped it and said thank you.", "{A} said thank you with a big smile.", "{A} tore off the paper and cheered."]),
        new("rain", ["It began to rain on {A}.", "Big drops fell on {A}'s head.", "A dark cloud opened above {A}."],
            ["{A} opened {his} umbrella.", "{A} ran under a roof to stay dry.", "{A} put on {his} rain boots and hood."]),
        new("birthday", ["It was {A}'s birthday, and the cake came.", "{A}'s birthday cake had candles on it.", "Everyone sang the birthday song for {A}."],
            ["{A} blew out the candles.", "{A} made a wish and blew out all the candles.", "{A} cut the birthday cake for everyone."]),
        new("soup", ["{A}'s food was much too hot to eat.", "Steam came from {A}'s bowl of {meal}.", "The {meal} burned {A}'s tongue."],
            ["{A} blew on the spoon and waited.", "{A} let it cool down for a while.", "{A} blew until it was not hot any more."]),
        new("wilting", ["{A} saw a dry {plant} with its head down.", "The {plant} in {A}'s pot was dry.", "{A}'s {plant} needed care."],
            ["{A} watered it with a can.", "{A} gave the {plant} some water.", "{A} poured water on the roots."]),
        new("bird", ["{A} saw a hungry little bird.", "A thin bird cheeped at {A}'s window.", "{A} heard a baby bird cry for food."],
            ["{A} gave the bird some crumbs.", "{A} fed the bird with seeds.", "{A} put bread on the window for the bird."]),
        new("locked", ["{A} stood before a locked door.", "The door was shut, and {A} could not get in.", "{A} pulled at the door, but it was locked."],
            ["{A} looked for the key under the mat.", "{A} rang the bell and waited.", "{A} knocked until {helper} opened."]),
        new("high", ["{A} could not reach the top shelf.", "The cookie jar was too high for {A}.", "{A}'s book was on the highest shelf."],
            ["{A} climbed on a chair to reach it.", "{A} fetched a ladder.", "{A} stood on tiptoe on a stool."]),
        new("heavy", ["The box was too heavy for {A}.", "{A} could not lift the big bag.", "{A} pulled at the heavy cart, but it stayed."],
            ["{A} asked {helper} to help carry it.", "{A} and {his} {relative} lifted it together.", "{A} called for strong friends to push."]),
        new("mess", ["{A}'s room was a big mess.", "There were toys all over {A}'s floor.", "{A}'s {relative} tripped over the toys."],
            ["{A} picked up the toys and cleaned the room.", "{A} put every toy back in the box.", "{A} swept the floor and made the bed."]),
        new("far", ["{A} missed {his} grandma, who was far away.", "{A}'s best friend had moved away.", "{A} thought of {his} cousin across the sea."],
            ["{A} wrote a long letter.", "{A} called on the phone to talk.", "{A} mailed a card with a stamp."]),
        new("sick", ["{A} felt sick and had a fever.", "{A} coughed and sneezed all night.", "{A}'s head was hot, and {he} felt ill."],
            ["{A} stayed in bed and took medicine.", "{A} went to see the doctor.", "{A} rested and drank warm tea with honey."]),
        new("ghost", ["{A} had a bad dream about a monster.", "{A} heard a spooky sound in the night.", "Thunder boomed, and {A} began to shake."],
            ["{A} ran to {his} {relative} for a hug.", "{A} held {his} teddy bear tight.", "{A} hid under the covers until it was over."]),
        new("cross", ["{A} wanted to cross the busy street.", "Many cars drove by in front of {A}.", "{A} stood at the side of the road."],
            ["{A} looked left and right and waited.", "{A} took {his} {relative}'s hand and waited for green.", "{A} waited until the cars had stopped."]),
    ];
}
